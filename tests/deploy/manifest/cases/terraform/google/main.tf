# Made by "ucompose deploy terraform" from compose.yaml; edit it freely or make it anew.
terraform {
  required_version = ">= 1.2"
  required_providers { google = { source = "hashicorp/google", version = ">= 5.0" } }
}

variable "project" { type = string }
variable "bucket" {
  type        = string
  description = "a bucket of yours, for the images"
}
variable "zone" { default = "europe-west4-a" }
variable "network" { default = "default" }

provider "google" {
  project = var.project
  zone    = var.zone
}

variable "machine_type" {
  default     = "e2-micro"
  description = "with 16 MiB or more, as compose.yaml asks for; of E2 or N1, whose network card is virtio"
}

resource "google_storage_bucket_object" "orders" {
  name   = "shop-orders-fedcba9876543210.tar.gz"
  bucket = var.bucket
  source = "${path.module}/../images/orders-fedcba9876543210.tar.gz"
}

resource "google_compute_image" "orders" {
  name = "shop-orders-${substr(sha256(join(" ", ["fedcba9876543210", var.bucket])), 0, 16)}" # another bucket asks for another image, too
  raw_disk { source = "https://storage.googleapis.com/${var.bucket}/${google_storage_bucket_object.orders.name}" }
  guest_os_features { type = "UEFI_COMPATIBLE" }
}

resource "google_compute_firewall" "orders" {
  name = "shop-orders"
  network = var.network
  target_tags = ["shop-orders"]
  source_ranges = ["0.0.0.0/0"]
  allow {
    protocol = "tcp"
    ports = ["8080"]
  }
}

resource "google_compute_instance" "orders" {
  count        = 3
  name         = "shop-orders-${count.index + 1}-${substr(sha256(join(" ", ["1a361397777636138e9cfa42cf5e18d9", var.bucket, var.machine_type, var.network, var.zone])), 0, 8)}"
  machine_type = var.machine_type
  tags         = ["shop-orders"]
  boot_disk {
    initialize_params { image = google_compute_image.orders.self_link }
  }
  network_interface {
    network  = var.network
    nic_type = "VIRTIO_NET"
    access_config {}
  }
  metadata = { user-data = sensitive(file("${path.module}/../orders.user-data")) }
  lifecycle { create_before_destroy = true }
}

resource "google_storage_bucket_object" "worker" {
  name   = "shop-worker-fedcba9876543210.tar.gz"
  bucket = var.bucket
  source = "${path.module}/../images/worker-fedcba9876543210.tar.gz"
}

resource "google_compute_image" "worker" {
  name = "shop-worker-${substr(sha256(join(" ", ["fedcba9876543210", var.bucket])), 0, 16)}" # another bucket asks for another image, too
  raw_disk { source = "https://storage.googleapis.com/${var.bucket}/${google_storage_bucket_object.worker.name}" }
  guest_os_features { type = "UEFI_COMPATIBLE" }
}

resource "google_compute_instance" "worker" {
  count        = 1
  name         = "shop-worker-${count.index + 1}-${substr(sha256(join(" ", ["1a361397777636138e9cfa42cf5e18d9", var.bucket, var.machine_type, var.network, var.zone])), 0, 8)}"
  machine_type = var.machine_type
  tags         = ["shop-worker"]
  boot_disk {
    initialize_params { image = google_compute_image.worker.self_link }
  }
  network_interface {
    network  = var.network
    nic_type = "VIRTIO_NET"
    access_config {}
  }
  metadata = { user-data = sensitive(file("${path.module}/../worker.user-data")) }
  lifecycle { create_before_destroy = true }
}
