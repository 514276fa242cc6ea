# The user service, with its PostHog configuration from Vault KV v2 through workload identity.
# By hand: nomad job run -var image_tag=1.0.0 user.nomad.hcl

variable "image" {
  type        = string
  default     = "nexpo/user-service"
  description = "Image without its tag."
}

variable "image_tag" {
  type        = string
  description = "Tag of the image; a fixed one, as latest is pulled anew by each restart."
}

variable "count" {
  type        = number
  default     = 2
  description = "Instances."
}

variable "vault_path" {
  type        = string
  default     = "secret/data/nexpo/posthog/user"
  description = "API path of the secret: mount, data, path."
}

variable "vault_role" {
  type        = string
  default     = "nexpo-posthog-user"
  description = "Role of Vault's JWT auth method for Nomad that may read the secret."
}

variable "posthog_config_version" {
  type        = string
  default     = "0"
  description = "Version of the secret. A new one rolls the job out; Nomad's own look at the secret takes minutes and restarts all at once."
}

job "user-service" {
  type        = "service"
  datacenters = ["*"]

  meta {
    posthog_config_version = var.posthog_config_version
  }

  update {
    max_parallel      = 1
    canary            = 1
    auto_promote      = false
    auto_revert       = true
    health_check      = "checks"
    min_healthy_time  = "15s"
    healthy_deadline  = "3m"
    progress_deadline = "10m"
  }

  group "user" {
    count = var.count

    network {
      port "http" {
        to = 8080
      }
    }

    # Without Consul; where there is one, provider = "consul".
    service {
      name     = "user-service"
      port     = "http"
      provider = "nomad"

      check {
        type     = "http"
        path     = "/health"
        interval = "10s"
        timeout  = "3s"
      }
    }

    task "user" {
      driver         = "docker"
      shutdown_delay = "5s"

      config {
        image = "${var.image}:${var.image_tag}"
        ports = ["http"]
      }

      # Nomad's servers give the task its identity by vault.default_identity { aud = ["vault.io"] }.
      vault {
        role = var.vault_role
      }

      # toJSON keeps quotes, backslashes and newlines in the values.
      template {
        destination = "${NOMAD_SECRETS_DIR}/posthog.env"
        env         = true
        change_mode = "restart"
        data        = <<EOT
{{ with secret "${var.vault_path}" }}{{ range $k, $v := .Data.data }}
{{ $k }}={{ $v | toJSON }}
{{ end }}{{ end }}
EOT
      }

      resources {
        cpu    = 400
        memory = 384
      }
    }
  }
}
