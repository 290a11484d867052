# Made by "ucompose deploy terraform" from compose.yaml; edit it freely or make it anew.
terraform {
  required_version = ">= 1.2"
  required_providers { openstack = { source = "terraform-provider-openstack/openstack", version = ">= 1.53" } }
}

variable "network" { default = "private" }

provider "openstack" {} # by OS_CLOUD or the variables of an openrc file

variable "flavor" {
  default     = "m1.tiny"
  description = "with 16 MiB or more, as compose.yaml asks for"
}

resource "openstack_images_image_v2" "orders" {
  name             = "shop-orders-fedcba9876543210"
  container_format = "bare"
  disk_format      = "qcow2"
  properties       = { hw_rng_model = "virtio", os_shutdown_timeout = "8" }
  local_file_path  = "${path.module}/../images/orders-fedcba9876543210.qcow2"
}

resource "openstack_networking_secgroup_v2" "orders" {
  name = "shop-orders"
}

resource "openstack_networking_secgroup_rule_v2" "orders-8080" {
  direction         = "ingress"
  ethertype         = "IPv4"
  protocol          = "tcp"
  port_range_min    = 8080
  port_range_max    = 8080
  security_group_id = openstack_networking_secgroup_v2.orders.id
}

resource "openstack_compute_instance_v2" "orders" {
  count           = 3
  name            = "shop-orders-${count.index + 1}"
  image_id        = openstack_images_image_v2.orders.id
  flavor_name     = var.flavor
  security_groups = [openstack_networking_secgroup_v2.orders.name]
  network { name = var.network }
  stop_before_destroy = true # by the power button: it drains
  user_data = sensitive(file("${path.module}/../orders.user-data"))
  lifecycle {
    create_before_destroy = true
    replace_triggered_by  = [openstack_images_image_v2.orders.id] # else it would be rebuilt in its place
  }
}

resource "openstack_images_image_v2" "worker" {
  name             = "shop-worker-fedcba9876543210"
  container_format = "bare"
  disk_format      = "qcow2"
  properties       = { hw_rng_model = "virtio", os_shutdown_timeout = "8" }
  local_file_path  = "${path.module}/../images/worker-fedcba9876543210.qcow2"
}

resource "openstack_networking_secgroup_v2" "worker" {
  name = "shop-worker"
}

resource "openstack_compute_instance_v2" "worker" {
  count           = 1
  name            = "shop-worker-${count.index + 1}"
  image_id        = openstack_images_image_v2.worker.id
  flavor_name     = var.flavor
  security_groups = [openstack_networking_secgroup_v2.worker.name]
  network { name = var.network }
  stop_before_destroy = true # by the power button: it drains
  user_data = sensitive(file("${path.module}/../worker.user-data"))
  lifecycle {
    create_before_destroy = true
    replace_triggered_by  = [openstack_images_image_v2.worker.id] # else it would be rebuilt in its place
  }
}
