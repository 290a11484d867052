# Made by "ucompose deploy terraform" from compose.yaml; edit it freely or make it anew.
terraform {
  required_version = ">= 1.2"
  required_providers { hcloud = { source = "hetznercloud/hcloud", version = ">= 1.45" } }
}

variable "location" { default = "fsn1" }
variable "server_type" { default = "cx22" }

provider "hcloud" {} # by HCLOUD_TOKEN

variable "image_orders" {
  type        = number
  description = "number of a snapshot whose disk begins with images/orders-fedcba9876543210.raw: write it there in the rescue system, then take one"
}

resource "hcloud_firewall" "orders" {
  name = "shop-orders"
  rule {
    direction  = "in"
    protocol   = "tcp"
    port       = "8080"
    source_ips = ["0.0.0.0/0"]
  }
}

resource "hcloud_server" "orders" {
  count       = 3
  name        = "shop-orders-${count.index + 1}-${substr(sha256(join(" ", ["d1c492d4370dcf082741f732526b4844", var.image_orders, var.location])), 0, 8)}"
  image       = var.image_orders
  server_type = var.server_type
  location    = var.location
  firewall_ids = [hcloud_firewall.orders.id]
  shutdown_before_deletion = true # by the power button: it drains
  user_data   = sensitive(file("${path.module}/../orders.user-data"))
  lifecycle { create_before_destroy = true }
}

variable "image_worker" {
  type        = number
  description = "number of a snapshot whose disk begins with images/worker-fedcba9876543210.raw: write it there in the rescue system, then take one"
}

resource "hcloud_firewall" "worker" {
  name = "shop-worker"
}

resource "hcloud_server" "worker" {
  count       = 1
  name        = "shop-worker-${count.index + 1}-${substr(sha256(join(" ", ["d1c492d4370dcf082741f732526b4844", var.image_worker, var.location])), 0, 8)}"
  image       = var.image_worker
  server_type = var.server_type
  location    = var.location
  firewall_ids = [hcloud_firewall.worker.id]
  shutdown_before_deletion = true # by the power button: it drains
  user_data   = sensitive(file("${path.module}/../worker.user-data"))
  lifecycle { create_before_destroy = true }
}
