/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dhcp_socket.c - the client port of DHCP on one interface, and giving up the privilege that it
 * needs. Nothing here waits.
 */
#include "kmsdns/async/dhcp.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CLIENT_PORT 68

static kd_status socket_fail(struct kd_err *err, const char *interface, const char *what)
{
    int sys = errno;

    if (sys == EACCES || sys == EPERM) {
        return kd_fail(err, KD_EACCES, "dhcp",
                       "--dhcp %.16s needs the right to bind UDP port 68: run it as root, or "
                       "give the program CAP_NET_BIND_SERVICE and CAP_NET_RAW",
                       interface);
    }
    if (sys == EADDRINUSE) {
        return kd_fail(err, KD_EIO, "dhcp",
                       "UDP port 68 is taken on %.16s: a DHCP client runs there and keeps it "
                       "for itself; read its lease with --lease instead",
                       interface);
    }
    if (sys == ENODEV || sys == EADDRNOTAVAIL || sys == ENXIO) {
        return kd_fail(err, KD_ENOTFOUND, "dhcp",
                       sys == EADDRNOTAVAIL
                           ? "%.16s has no IPv4 address: DHCPINFORM asks for one that has"
                           : "there is no network interface \"%.16s\"",
                       interface);
    }
    return kd_fail(err, KD_EIO, "dhcp", "cannot %s on %.16s: %s", what, interface,
                   strerror(sys));
}

/* The interface's address and its hardware address; 0, or -1 with errno set. */
static int socket_ask_interface(struct kd_dhcp_socket *s)
{
    struct ifreq request;
    struct sockaddr_in in;

    memset(&request, 0, sizeof(request));
    memcpy(request.ifr_name, s->interface, sizeof(s->interface));
    if (ioctl(s->fd, SIOCGIFHWADDR, &request) != 0) {
        return -1;
    }
    s->hardware_type = (uint8_t)(request.ifr_hwaddr.sa_family & 0xFF);
    s->hardware_len = 6;
    memcpy(s->hardware, request.ifr_hwaddr.sa_data, 6);
    if (ioctl(s->fd, SIOCGIFADDR, &request) != 0) {
        return -1;
    }
    memcpy(&in, &request.ifr_addr, sizeof(in));
    s->addr.family = 4;
    memcpy(s->addr.bytes, &in.sin_addr.s_addr, 4);
    return 0;
}

static int socket_bind(const struct kd_dhcp_socket *s)
{
    struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = htons(CLIENT_PORT)};
    int on = 1;

    if (setsockopt(s->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
        setsockopt(s->fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on)) != 0 ||
        setsockopt(s->fd, SOL_SOCKET, SO_BINDTODEVICE, s->interface,
                   (socklen_t)strlen(s->interface) + 1) != 0) {
        return -1;
    }
    return bind(s->fd, (const struct sockaddr *)&any, sizeof(any));
}

kd_status kd_dhcp_open(const char *interface, struct kd_dhcp_socket *ret, struct kd_err *err)
{
    struct kd_dhcp_socket s = {.fd = -1};
    kd_status status = KD_OK;

    if (strlen(interface) >= sizeof(s.interface) || interface[0] == '\0') {
        errno = ENODEV;
        return socket_fail(err, interface, "open a socket");
    }
    memcpy(s.interface, interface, strlen(interface) + 1);
    s.fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (s.fd < 0) {
        return socket_fail(err, interface, "open a socket");
    }
    if (socket_ask_interface(&s) != 0) {
        status = socket_fail(err, interface, "ask for the address");
    } else if (socket_bind(&s) != 0) {
        status = socket_fail(err, interface, "bind UDP port 68");
    }
    if (status != KD_OK) {
        kd_dhcp_close(&s);
        return status;
    }
    *ret = s;
    return KD_OK;
}

void kd_dhcp_close(struct kd_dhcp_socket *socket)
{
    if (socket->fd >= 0) {
        close(socket->fd);
    }
    socket->fd = -1;
}

kd_status kd_privileges_drop(struct kd_err *err)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[2];

    if (getegid() != getgid() && setresgid(getgid(), getgid(), getgid()) != 0) {
        return kd_fail(err, KD_EIO, "dhcp", "the set-group-ID privilege cannot be given up: %s",
                       strerror(errno));
    }
    if (geteuid() != getuid() &&
        (setresuid(getuid(), getuid(), getuid()) != 0 || geteuid() != getuid())) {
        return kd_fail(err, KD_EIO, "dhcp", "the set-user-ID privilege cannot be given up: %s",
                       strerror(errno));
    }
    memset(none, 0, sizeof(none));
    if (getuid() != 0 && syscall(SYS_capset, &header, none) != 0) {
        return kd_fail(err, KD_EIO, "dhcp", "the capabilities cannot be given up: %s",
                       strerror(errno));
    }
    return KD_OK;
}
