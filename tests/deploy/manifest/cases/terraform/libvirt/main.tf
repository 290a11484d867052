# Made by "ucompose deploy terraform" from compose.yaml; edit it freely or make it anew.
terraform {
  required_version = ">= 1.2"
  required_providers { libvirt = { source = "dmacvicar/libvirt", version = "~> 0.7.6" } }
}

variable "uri" { default = "qemu:///system" }
variable "pool" { default = "default" }
variable "network" { default = "default" }

provider "libvirt" { uri = var.uri }

resource "libvirt_volume" "orders" {
  count  = 3
  name   = "shop-orders-${count.index + 1}-${substr(sha256(join(" ", ["1a361397777636138e9cfa42cf5e18d9", var.pool])), 0, 8)}.qcow2"
  pool   = var.pool
  source = "${path.module}/../images/orders-fedcba9876543210.qcow2"
  format = "qcow2"
  lifecycle { create_before_destroy = true }
}

resource "libvirt_cloudinit_disk" "orders" {
  count     = 3
  name      = "shop-orders-${count.index + 1}-${substr(sha256(join(" ", ["1a361397777636138e9cfa42cf5e18d9", var.pool])), 0, 8)}.iso"
  pool      = var.pool
  user_data = sensitive(file("${path.module}/../orders.user-data"))
  lifecycle { create_before_destroy = true }
}

resource "libvirt_domain" "orders" {
  count  = 3
  name   = "shop-orders-${count.index + 1}-${substr(sha256(join(" ", ["1a361397777636138e9cfa42cf5e18d9", var.pool])), 0, 8)}"
  memory = 16
  vcpu   = 1
  disk { volume_id = libvirt_volume.orders[count.index].id }
  # Not as `cloudinit`, which would be an IDE drive, for which the kernel has no driver.
  disk { volume_id = split(";", libvirt_cloudinit_disk.orders[count.index].id)[0] }
  network_interface { network_name = var.network }
  console {
    type        = "pty"
    target_port = "0"
    target_type = "serial"
  }
  lifecycle { create_before_destroy = true }
}

resource "libvirt_volume" "worker" {
  count  = 1
  name   = "shop-worker-${count.index + 1}-${substr(sha256(join(" ", ["1a361397777636138e9cfa42cf5e18d9", var.pool])), 0, 8)}.qcow2"
  pool   = var.pool
  source = "${path.module}/../images/worker-fedcba9876543210.qcow2"
  format = "qcow2"
  lifecycle { create_before_destroy = true }
}

resource "libvirt_cloudinit_disk" "worker" {
  count     = 1
  name      = "shop-worker-${count.index + 1}-${substr(sha256(join(" ", ["1a361397777636138e9cfa42cf5e18d9", var.pool])), 0, 8)}.iso"
  pool      = var.pool
  user_data = sensitive(file("${path.module}/../worker.user-data"))
  lifecycle { create_before_destroy = true }
}

resource "libvirt_domain" "worker" {
  count  = 1
  name   = "shop-worker-${count.index + 1}-${substr(sha256(join(" ", ["1a361397777636138e9cfa42cf5e18d9", var.pool])), 0, 8)}"
  memory = 16
  vcpu   = 1
  disk { volume_id = libvirt_volume.worker[count.index].id }
  # Not as `cloudinit`, which would be an IDE drive, for which the kernel has no driver.
  disk { volume_id = split(";", libvirt_cloudinit_disk.worker[count.index].id)[0] }
  network_interface { network_name = var.network }
  console {
    type        = "pty"
    target_port = "0"
    target_type = "serial"
  }
  lifecycle { create_before_destroy = true }
}
