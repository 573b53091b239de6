#include "agent.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <net/route.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define LOOK_EVERY_US 5000
#define MOST_LOOKS 6000

static void must_mount(const char *from, const char *to, const char *type, unsigned long flags,
                       const char *options) {
  if (mount(from, to, type, flags, options) != 0) fail(to);
}

/* In the order of the list: each after what it needs. */
void load_modules(void) {
  char *list = read_file("/modules/list", NULL);
  for (char *name = list ? strtok(list, "\n") : NULL; name; name = strtok(NULL, "\n")) {
    char path[256];
    snprintf(path, sizeof path, "/modules/%s", name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || syscall(SYS_finit_module, fd, "", 0) != 0) warn(path);
    if (fd >= 0) close(fd);
  }
  free(list);
}

static void make_folders(const char *path, bool and_last) {
  char part[4096];
  snprintf(part, sizeof part, "%s", path);
  for (char *at = part + 1; *at; at++) {
    if (*at != '/') continue;
    *at = 0;
    mkdir(part, 0755);
    *at = '/';
  }
  if (and_last) mkdir(part, 0755);
}

static void make_device(const char *name, mode_t mode, int major_number, int minor_number) {
  char path[128];
  snprintf(path, sizeof path, ROOT "/dev/%s", name);
  if (mknod(path, S_IFCHR | mode, makedev(major_number, minor_number)) != 0) warn(path);
  chmod(path, mode);
}

static void mount_devices(void) {
  must_mount("tmpfs", ROOT "/dev", "tmpfs", MS_NOSUID, "size=64k,mode=755");
  make_device("null", 0666, 1, 3);
  make_device("zero", 0666, 1, 5);
  make_device("full", 0666, 1, 7);
  make_device("random", 0666, 1, 8);
  make_device("urandom", 0666, 1, 9);
  make_device("tty", 0666, 5, 0);
  mkdir(ROOT "/dev/shm", 01777);
  must_mount("tmpfs", ROOT "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777");
  mkdir(ROOT "/dev/pts", 0755);
  mount("devpts", ROOT "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666");
  symlink("pts/ptmx", ROOT "/dev/ptmx");
  symlink("/proc/self/fd", ROOT "/dev/fd");
  symlink("/proc/self/fd/0", ROOT "/dev/stdin");
  symlink("/proc/self/fd/1", ROOT "/dev/stdout");
  symlink("/proc/self/fd/2", ROOT "/dev/stderr");
}

static bool is_file(const char *path) {
  struct stat found;
  return stat(path, &found) == 0 && !S_ISDIR(found.st_mode);
}

void show(const char *from, const char *to, const char *mode) {
  char source[4096], target[4096], options[9000];
  snprintf(source, sizeof source, SHARE "/%s", from);
  snprintf(target, sizeof target, ROOT "%s", to);
  bool file = is_file(source);
  make_folders(target, !file);
  if (file) close(open(target, O_CREAT | O_WRONLY | O_CLOEXEC, 0644));
  if (strcmp(mode, "overlay") == 0) {
    static int overlays;
    char upper[64], scratch[64];
    snprintf(upper, sizeof upper, "/changes/%d", overlays);
    snprintf(scratch, sizeof scratch, "/changes/scratch-%d", overlays++);
    mkdir(upper, 0755);
    mkdir(scratch, 0755);
    snprintf(options, sizeof options, "lowerdir=%s,upperdir=%s,workdir=%s", source, upper, scratch);
    return must_mount("overlay", target, "overlay", 0, options);
  }
  must_mount(source, target, NULL, MS_BIND, NULL);
  if (strcmp(mode, "ro") == 0)
    must_mount(NULL, target, NULL, MS_BIND | MS_REMOUNT | MS_RDONLY, NULL);
}

/* Lines of `source⇥place⇥ro|rw|overlay`. */
static void show_folders(void) {
  char *list = read_file(LAUNCH "/mounts", NULL), *rest = NULL;
  for (char *line = list ? strtok_r(list, "\n", &rest) : NULL; line;
       line = strtok_r(NULL, "\n", &rest)) {
    char *in = NULL;
    char *from = strtok_r(line, "\t", &in), *to = strtok_r(NULL, "\t", &in);
    char *mode = strtok_r(NULL, "\t", &in);
    if (from && to && mode) show(from, to, mode);
  }
  free(list);
}

void mount_root(void) {
  must_mount("/dev/vda", "/image", "squashfs", MS_RDONLY, NULL);
  must_mount("tmpfs", "/changes", "tmpfs", 0, "size=0,mode=755");
  mkdir("/changes/root", 0755);
  mkdir("/changes/scratch", 0755);
  must_mount("overlay", ROOT, "overlay", 0,
             "lowerdir=/image,upperdir=/changes/root,workdir=/changes/scratch");
}

/* The host plugs its end in about now. */
void mount_share(void) {
  for (int tries = 0; mount("limber", SHARE, "virtiofs", MS_NOSUID, NULL) != 0; tries++) {
    if (tries == MOST_LOOKS) fail(SHARE);
    usleep(LOOK_EVERY_US);
  }
}

void mount_all(void) {
  char options[128];
  make_folders(ROOT "/proc/", false);
  make_folders(ROOT "/sys/", false);
  make_folders(ROOT "/dev/", false);
  mount_devices();
  must_mount("sysfs", ROOT "/sys", "sysfs", MS_RDONLY | MS_NOSUID | MS_NOEXEC, NULL);
  snprintf(options, sizeof options, "mode=1777,size=%lld",
           number_setting("tmp_bytes", 64 << 20));
  make_folders(ROOT "/tmp/", false);
  must_mount("tmpfs", ROOT "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, options);
  make_folders(ROOT "/run/limber/", false);
  must_mount("tmpfs", ROOT "/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=755");
  mkdir(ROOT "/run/limber", 0755);
  show_folders();
  if (number_setting("probe", 0)) mkfifo(ROOT "/run/limber/probe", 0622);
  if (number_setting("claim", 0)) open_claim();
}

static struct sockaddr address_of(const char *text) {
  struct sockaddr_in address = {.sin_family = AF_INET};
  inet_pton(AF_INET, text, &address.sin_addr);
  struct sockaddr same;
  memcpy(&same, &address, sizeof same);
  return same;
}

/* A card that was plugged in a moment ago. */
static void wait_for_card(void) {
  for (int tries = 0; access("/sys/class/net/eth0", F_OK) != 0; tries++) {
    if (tries == MOST_LOOKS) fail("the network card");
    usleep(LOOK_EVERY_US);
  }
}

static void bring_up(int fd, const char *name) {
  struct ifreq request = {0};
  snprintf(request.ifr_name, IFNAMSIZ, "%s", name);
  if (ioctl(fd, SIOCGIFFLAGS, &request) != 0) return warn(name);
  request.ifr_flags |= IFF_UP | IFF_RUNNING;
  if (ioctl(fd, SIOCSIFFLAGS, &request) != 0) warn(name);
}

void configure_network(void) {
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  bring_up(fd, "lo");
  const char *address = setting("address", NULL), *gateway = setting("gateway", NULL);
  if (address) {
    wait_for_card();
    struct ifreq request = {0};
    snprintf(request.ifr_name, IFNAMSIZ, "eth0");
    request.ifr_addr = address_of(address);
    if (ioctl(fd, SIOCSIFADDR, &request) != 0) warn("the address");
    request.ifr_netmask = address_of("255.255.255.252");
    if (ioctl(fd, SIOCSIFNETMASK, &request) != 0) warn("the netmask");
    bring_up(fd, "eth0");
  }
  if (gateway) {
    struct rtentry route = {.rt_flags = RTF_UP | RTF_GATEWAY};
    route.rt_dst = address_of("0.0.0.0");
    route.rt_genmask = address_of("0.0.0.0");
    route.rt_gateway = address_of(gateway);
    if (ioctl(fd, SIOCADDRT, &route) != 0) warn("the route");
  }
  close(fd);
}
