# Follows from catalog.json, as the console writes it: change the catalog, not this file.

variable "enable_posthog" {
  description = "Creates everything below; off, the module makes nothing and the service gets no configuration."
  type        = bool
  default     = true
  nullable    = false
}

variable "project_name" {
  description = "First part of the PostHog project's name."
  type        = string
  default     = "nexpo"
  nullable    = false
}

variable "environment" {
  description = "Last part of the PostHog project's name, and POSTHOG_ENVIRONMENT."
  type        = string
  default     = "prod"
  nullable    = false
}

variable "posthog_organization_id" {
  description = "The organization that owns the project, as its UUID."
  type        = string

  validation {
    condition     = can(regex("^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$", var.posthog_organization_id))
    error_message = "The organization is given as its UUID in lower case."
  }
}

variable "enable_lifecycle_analytics" {
  description = "Creates the flag lifecycle-analytics and the insights on new, returning and dormant users, and sets POSTHOG_LIFECYCLE_ANALYTICS_ENABLED."
  type        = bool
  default     = true
  nullable    = false
}

variable "enable_profile_analytics" {
  description = "Creates the flag profile-analytics and the funnel to a complete profile, and sets POSTHOG_PROFILE_ANALYTICS_ENABLED."
  type        = bool
  default     = true
  nullable    = false
}

variable "enable_engagement_tracking" {
  description = "Creates the insight on weekly retention and sets POSTHOG_ENGAGEMENT_TRACKING_ENABLED: on, the wrapper sends user_active."
  type        = bool
  default     = true
  nullable    = false
}

variable "enable_gdpr_compliance" {
  description = "Creates the insight on requests of data subjects and sets POSTHOG_GDPR_COMPLIANCE_ENABLED: on, the wrapper sends nothing about a user without consent. Erasing a person's events is a call to PostHog for each person; no setting makes a service compliant."
  type        = bool
  default     = true
  nullable    = false
}

variable "track_profile_creation" {
  description = "Sets POSTHOG_TRACK_PROFILE_CREATION: on, the wrapper sends user_profile_created."
  type        = bool
  default     = true
  nullable    = false
}

variable "track_profile_updates" {
  description = "Sets POSTHOG_TRACK_PROFILE_UPDATES: on, the wrapper sends user_profile_updated."
  type        = bool
  default     = true
  nullable    = false
}

variable "track_profile_completion" {
  description = "Sets POSTHOG_TRACK_PROFILE_COMPLETION: on, the wrapper sends user_profile_completed."
  type        = bool
  default     = true
  nullable    = false
}

variable "track_user_preferences" {
  description = "Creates the insight on preferences and sets POSTHOG_TRACK_USER_PREFERENCES: on, the wrapper sends user_preference_changed."
  type        = bool
  default     = true
  nullable    = false
}

variable "enable_consent_tracking" {
  description = "Creates the insight on consent and the action 'Consent withdrawn', and sets POSTHOG_CONSENT_TRACKING_ENABLED: on, the wrapper sends user_consent_changed."
  type        = bool
  default     = true
  nullable    = false
}

variable "parent_project_id" {
  description = "Records the project in the output linked_project_ids and puts this module after that one. PostHog knows no hierarchy of projects: the id is recorded in the outputs, nothing is inherited."
  type        = string
  default     = null
}

variable "integrate_with_auth" {
  description = "Creates the funnel from the first login to the profile. Only with one project per environment: a funnel cannot span two projects."
  type        = bool
  default     = true
  nullable    = false
}

variable "auth_project_id" {
  description = "Records the project in the output linked_project_ids and puts this module after that one. PostHog knows no hierarchy of projects: the id is recorded in the outputs, nothing is inherited."
  type        = string
  default     = null
}

variable "enable_analytics" {
  description = "Creates the dashboard with its insights and sets POSTHOG_ANALYTICS_ENABLED: off, the wrapper sends no event. Follows the shared module unless set here."
  type        = bool
  default     = true
  nullable    = false
}

variable "enable_feature_flags" {
  description = "Creates the flags and sets POSTHOG_FEATURE_FLAGS_ENABLED: off, the wrapper asks for no flag and answers with the caller's default. Follows the shared module unless set here."
  type        = bool
  default     = true
  nullable    = false
}

variable "enable_custom_events" {
  description = "Sets POSTHOG_CUSTOM_EVENTS_ENABLED: off, the wrapper sends only the events that this blueprint names. Follows the shared module unless set here."
  type        = bool
  default     = true
  nullable    = false
}

variable "enable_webhooks" {
  description = "Sets POSTHOG_WEBHOOKS_ENABLED: off, the webhook receiver refuses every call. Follows the shared module unless set here. Terraform creates no destination: its signing secret would stand in the state. The console creates it in step 8."
  type        = bool
  default     = true
  nullable    = false
}

variable "enable_ip_anonymization" {
  description = "Sets POSTHOG_IP_ANONYMIZATION_ENABLED: on, the wrapper sends no IP address and asks PostHog not to look one up. Follows the shared module unless set here. The project's own setting 'Discard client IP data' is not in the Terraform provider."
  type        = bool
  default     = true
  nullable    = false
}

variable "sampling_rate" {
  description = "Sets POSTHOG_SAMPLING_RATE: the wrapper sends this share of the users' events, chosen by distinct id. Follows the shared module unless set here. PostHog does not scale the counts up again."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.sampling_rate >= 0 && var.sampling_rate <= 1
    error_message = "Sampling rate is a number from 0 to 1."
  }
}

variable "batch_size" {
  description = "Sets POSTHOG_BATCH_SIZE: events that the SDK collects before it sends. Follows the shared module unless set here."
  type        = number
  default     = 50
  nullable    = false

  validation {
    condition     = var.batch_size >= 1 && var.batch_size <= 1000 && floor(var.batch_size) == var.batch_size
    error_message = "Batch size is a whole number from 1 to 1000."
  }
}

variable "flush_interval_ms" {
  description = "Sets POSTHOG_FLUSH_INTERVAL: the longest an event waits in the SDK. Follows the shared module unless set here."
  type        = number
  default     = 5000
  nullable    = false

  validation {
    condition     = var.flush_interval_ms >= 100 && var.flush_interval_ms <= 600000 && floor(var.flush_interval_ms) == var.flush_interval_ms
    error_message = "Flush interval in ms is a whole number from 100 to 600000."
  }
}

variable "use_aws_ssm" {
  description = "Writes each environment variable to an SSM parameter."
  type        = bool
  default     = true
  nullable    = false
}

variable "ssm_parameter_prefix" {
  description = "Path below which the parameters lie: <prefix>/<service>/<NAME>."
  type        = string
  default     = "/nexpo/posthog"
  nullable    = false

  validation {
    condition     = can(regex("^(/[A-Za-z0-9_.-]+)+$", var.ssm_parameter_prefix))
    error_message = "The prefix begins with a slash and does not end with one, as in /nexpo/posthog."
  }
}

variable "common_tags" {
  description = "Tags of the SSM parameters."
  type        = map(string)
  default     = {}
  nullable    = false
}

locals {
  # The values by name, for the catalog's `when` and `from`.
  settings = {
    enable_posthog             = var.enable_posthog
    enable_lifecycle_analytics = var.enable_lifecycle_analytics
    enable_profile_analytics   = var.enable_profile_analytics
    enable_engagement_tracking = var.enable_engagement_tracking
    enable_gdpr_compliance     = var.enable_gdpr_compliance
    track_profile_creation     = var.track_profile_creation
    track_profile_updates      = var.track_profile_updates
    track_profile_completion   = var.track_profile_completion
    track_user_preferences     = var.track_user_preferences
    enable_consent_tracking    = var.enable_consent_tracking
    integrate_with_auth        = var.integrate_with_auth
    enable_analytics           = var.enable_analytics
    enable_feature_flags       = var.enable_feature_flags
    enable_custom_events       = var.enable_custom_events
    enable_webhooks            = var.enable_webhooks
    enable_ip_anonymization    = var.enable_ip_anonymization
    sampling_rate              = var.sampling_rate
    batch_size                 = var.batch_size
    flush_interval_ms          = var.flush_interval_ms
  }

  linked_project_ids = {
    parent_project_id = var.parent_project_id
    auth_project_id   = var.auth_project_id
  }
}
