# Made by "ucompose deploy nomad" from compose.yaml; edit it freely or make it anew.
job "shop" {
  type = "service"

  group "orders" {
    count = 3

    network {
      port "published-8080" {}
      port "service" {}
      port "admin" {}
    }

    # The new version must be ready before the old one ends; one that does not get ready is taken back.
    update {
      canary           = 3
      max_parallel     = 3
      auto_promote     = true
      auto_revert      = true
      min_healthy_time = "1s"
      healthy_deadline = "2m"
      health_check     = "checks"
    }

    service {
      name     = "shop-orders"
      provider = "consul"
      port     = "service"
      check {
        name     = "ready"
        type     = "http"
        port     = "admin"
        path     = "/readyz"
        interval = "5000ms"
        timeout  = "2000ms"
      }
      check {
        name     = "live"
        type     = "http"
        port     = "admin"
        path     = "/livez"
        interval = "5000ms"
        timeout  = "2000ms"
      }
    }

    task "orders" {
      driver       = "qemu"
      kill_timeout = "7500ms"
      # Nomad may send it right behind the power button; this one QEMU does not mind, and the service drains.
      kill_signal  = "SIGCONT"

      config {
        image_path = "/srv/100% \"of\" $it & <us>/images/orders-fedcba9876543210.raw" # the client's plugin "qemu" must allow this folder: image_paths
        accelerator = "tcg" # "kvm" is faster where /dev/kvm may be used
        drive_interface = "virtio"
        graceful_shutdown = true
        args = [
          "-m", "size=16384k", # the last one counts: not the driver's, which is of the resources below
          "-snapshot", # machines share the image, which is only read
          "-nodefaults", "-cpu", "max", "-serial", "stdio", "-device", "virtio-rng-pci",
          "-netdev", "user,id=net,hostfwd=tcp::${NOMAD_PORT_published_8080}-:8080,hostfwd=tcp:${NOMAD_IP_service}:${NOMAD_PORT_service}-:8080,hostfwd=tcp:${NOMAD_IP_admin}:${NOMAD_PORT_admin}-:9090",
          "-device", "virtio-net-pci,netdev=net,romfile=",
          "-fw_cfg", "name=opt/org.ucompose/env,file=secrets/environment", # QEMU runs in the task's folder
        ]
      }

      template {
        destination = "secrets/environment"
        change_mode = "restart"
        left_delimiter  = "\u0001" # nothing in it is a template
        right_delimiter = "\u0002"
        data = "GREETING=say \"hi\", 100% of $HOME & <b>it's</b>\nPATH_LIKE=a\\b c\nUNICODE=grüß\nEMPTY=\n"
      }

      resources {
        cpu    = 100 # MHz
        memory = 128 # what is set aside, in MiB, 128 at least: the driver takes no less; QEMU's own comes on top
        memory_max = 272
      }
    }
  }

  group "edge" {
    count = 1

    network {
      port "published-8080" { static = 80 }
      port "service" {}
      port "admin" {}
    }

    # Its port of the host is free only when the old version has ended: there is a gap, and no canary.
    # A version that does not get ready is taken back.
    update {
      canary           = 0
      max_parallel     = 1
      auto_revert      = true
      min_healthy_time = "1s"
      healthy_deadline = "2m"
      health_check     = "checks"
    }

    service {
      name     = "shop-edge"
      provider = "consul"
      port     = "service"
      check {
        name     = "ready"
        type     = "http"
        port     = "admin"
        path     = "/readyz"
        interval = "5000ms"
        timeout  = "2000ms"
      }
      check {
        name     = "live"
        type     = "http"
        port     = "admin"
        path     = "/livez"
        interval = "5000ms"
        timeout  = "2000ms"
      }
    }

    task "edge" {
      driver       = "qemu"
      kill_timeout = "7500ms"
      # Nomad may send it right behind the power button; this one QEMU does not mind, and the service drains.
      kill_signal  = "SIGCONT"

      config {
        image_path = "/srv/100% \"of\" $it & <us>/images/edge-fedcba9876543210.raw" # the client's plugin "qemu" must allow this folder: image_paths
        accelerator = "tcg" # "kvm" is faster where /dev/kvm may be used
        drive_interface = "virtio"
        graceful_shutdown = true
        args = [
          "-m", "size=16384k", # the last one counts: not the driver's, which is of the resources below
          "-snapshot", # machines share the image, which is only read
          "-nodefaults", "-cpu", "max", "-serial", "stdio", "-device", "virtio-rng-pci",
          "-netdev", "user,id=net,hostfwd=tcp:127.0.0.1:${NOMAD_PORT_published_8080}-:8080,hostfwd=tcp:${NOMAD_IP_service}:${NOMAD_PORT_service}-:8080,hostfwd=tcp:${NOMAD_IP_admin}:${NOMAD_PORT_admin}-:9090",
          "-device", "virtio-net-pci,netdev=net,romfile=",
          "-fw_cfg", "name=opt/org.ucompose/env,file=secrets/environment", # QEMU runs in the task's folder
        ]
      }

      template {
        destination = "secrets/environment"
        change_mode = "restart"
        left_delimiter  = "\u0001" # nothing in it is a template
        right_delimiter = "\u0002"
        data = "\n"
      }

      resources {
        cpu    = 100 # MHz
        memory = 128 # what is set aside, in MiB, 128 at least: the driver takes no less; QEMU's own comes on top
        memory_max = 272
      }
    }
  }
}
