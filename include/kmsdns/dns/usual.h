/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KMSDNS_DNS_USUAL_H
#define KMSDNS_DNS_USUAL_H

/* What holds unless somebody says otherwise. */

#define KD_DNS_PORT    53            /* RFC 1035 4.2 */
#define KD_KMS_PORT    1688          /* Volume Activation 2.0 Deployment Guide */
#define KD_KMS_SERVICE "_vlmcs._tcp" /* the same */

#endif
