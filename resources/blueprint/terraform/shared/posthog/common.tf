# Variables that the guide's module calls do not pass; the same file in every module of the blueprint.

variable "create_project" {
  description = "Whether this module owns a PostHog project. Otherwise project_id and project_token say which it uses."
  type        = bool
  default     = true
  nullable    = false
}

variable "project_id" {
  description = "Id of the PostHog project to use when create_project is false."
  type        = string
  default     = null
}

variable "project_token" {
  description = "Token (phc_) of the PostHog project to use when create_project is false: no data source can read it."
  type        = string
  default     = null
  sensitive   = true
}

variable "api_host" {
  description = "Address of PostHog itself, for links."
  type        = string
  default     = "https://us.posthog.com"
  nullable    = false
}

variable "ingest_host" {
  description = "Address the services send events to and read flags from."
  type        = string
  default     = "https://us.i.posthog.com"
  nullable    = false
}

variable "flag_rollouts" {
  description = "Rollout in whole per cent by flag key, where it differs from the catalog."
  type        = map(number)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for percent in values(var.flag_rollouts) : floor(percent) == percent && percent >= 0 && percent <= 100])
    error_message = "A rollout is a whole number from 0 to 100."
  }
}
