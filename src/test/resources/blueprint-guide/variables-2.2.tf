variable "posthog_api_key" {
  description = "PostHog API key for Terraform provider"
  type        = string
  sensitive   = true
}

variable "posthog_organization_id" {
  description = "PostHog organization ID"
  type        = string
}

variable "aws_region" {
  description = "AWS region for secret storage"
  type        = string
  default     = "us-west-2"
}

variable "environment" {
  description = "Environment name (prod, staging, dev)"
  type        = string
  default     = "prod"
}

variable "project_name" {
  description = "Project name for resource naming"
  type        = string
  default     = "nexpo"
}

variable "common_tags" {
  description = "Common tags for all resources"
  type        = map(string)
  default = {
    Project     = "nexpo"
    ManagedBy   = "terraform"
    Component   = "analytics"
  }
}
