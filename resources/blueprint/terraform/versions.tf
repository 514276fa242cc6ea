terraform {
  # 1.11 is the first with write-only attributes, in Terraform and in OpenTofu.
  required_version = ">= 1.11.0"

  required_providers {
    posthog = {
      source  = "PostHog/posthog"
      version = "~> 1.0"
    }
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}
