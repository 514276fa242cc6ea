# Follows from the folders in microservices/ and their catalogs, as the console writes it.
# A service added by hand: a folder there, and a module block like these here.

variable "services" {
  description = "Services to deploy. One that is left out loses what its module made."
  type        = list(string)
  default     = ["api-gateway", "auth", "user", "payments"]

  validation {
    condition     = length(setsubtract(var.services, ["api-gateway", "auth", "user", "payments"])) == 0
    error_message = "The services are api-gateway, auth, user, payments."
  }
}

variable "toggles" {
  description = "Settings by service and name, as in { auth = { track_google_login = false } }; what is not set has the default of the service's catalog.json."
  type        = any
  default     = {}

  validation {
    condition     = length(setsubtract(keys(var.toggles), ["shared", "api-gateway", "auth", "user", "payments"])) == 0
    error_message = "The toggles are given for shared, api-gateway, auth, user, payments."
  }

  validation {
    condition     = length(setsubtract(keys(try(var.toggles["shared"], {})), ["enable_analytics", "enable_feature_flags", "enable_custom_events", "enable_webhooks", "enable_ip_anonymization", "data_retention_days", "sampling_rate", "batch_size", "flush_interval_ms"])) == 0
    error_message = "A toggle of shared is unknown: its catalog.json lists them."
  }

  validation {
    condition     = length(setsubtract(keys(try(var.toggles["api-gateway"], {})), ["enable_request_analytics", "enable_performance_monitoring", "enable_error_tracking", "track_rate_limits", "track_api_usage", "track_response_times", "enable_analytics", "enable_feature_flags", "enable_custom_events", "enable_webhooks", "enable_ip_anonymization", "sampling_rate", "batch_size", "flush_interval_ms"])) == 0
    error_message = "A toggle of api-gateway is unknown: its catalog.json lists them."
  }

  validation {
    condition     = length(setsubtract(keys(try(var.toggles["auth"], {})), ["enable_social_login_analytics", "enable_security_monitoring", "enable_onboarding_analytics", "track_google_login", "track_apple_login", "track_facebook_login", "track_microsoft_login", "track_github_login", "track_failed_logins", "track_mfa_events", "track_session_events", "enable_analytics", "enable_feature_flags", "enable_custom_events", "enable_webhooks", "enable_ip_anonymization", "sampling_rate", "batch_size", "flush_interval_ms"])) == 0
    error_message = "A toggle of auth is unknown: its catalog.json lists them."
  }

  validation {
    condition     = length(setsubtract(keys(try(var.toggles["user"], {})), ["enable_lifecycle_analytics", "enable_profile_analytics", "enable_engagement_tracking", "enable_gdpr_compliance", "track_profile_creation", "track_profile_updates", "track_profile_completion", "track_user_preferences", "enable_consent_tracking", "integrate_with_auth", "enable_analytics", "enable_feature_flags", "enable_custom_events", "enable_webhooks", "enable_ip_anonymization", "sampling_rate", "batch_size", "flush_interval_ms"])) == 0
    error_message = "A toggle of user is unknown: its catalog.json lists them."
  }

  validation {
    condition     = length(setsubtract(keys(try(var.toggles["payments"], {})), ["enable_revenue_tracking", "enable_subscription_analytics", "enable_fraud_detection", "enable_churn_prediction", "track_stripe_events", "track_paypal_events", "track_apple_pay_events", "track_google_pay_events", "enable_revenue_forecasting", "enable_cohort_analysis", "enable_ltv_calculation", "enable_mrr_tracking", "enable_pci_compliance", "data_retention_days", "integrate_with_user", "enable_analytics", "enable_feature_flags", "enable_custom_events", "enable_webhooks", "enable_ip_anonymization", "sampling_rate", "batch_size", "flush_interval_ms"])) == 0
    error_message = "A toggle of payments is unknown: its catalog.json lists them."
  }
}

# Shared resources
module "shared_posthog" {
  source = "./shared/posthog"

  # Base configuration
  enable_posthog          = true
  project_name            = var.project_name
  environment             = var.environment
  posthog_organization_id = var.posthog_organization_id

  # Common features
  enable_analytics     = try(var.toggles["shared"].enable_analytics, null)
  enable_feature_flags = try(var.toggles["shared"].enable_feature_flags, null)
  enable_custom_events = try(var.toggles["shared"].enable_custom_events, null)
  enable_webhooks      = try(var.toggles["shared"].enable_webhooks, null)

  # Privacy settings
  enable_ip_anonymization = try(var.toggles["shared"].enable_ip_anonymization, null)
  data_retention_days     = try(var.toggles["shared"].data_retention_days, null)

  # Performance settings
  sampling_rate     = try(var.toggles["shared"].sampling_rate, null)
  batch_size        = try(var.toggles["shared"].batch_size, null)
  flush_interval_ms = try(var.toggles["shared"].flush_interval_ms, null)

  # AWS integration
  aws_region           = var.aws_region
  use_aws_ssm          = var.use_aws_ssm
  ssm_parameter_prefix = var.ssm_parameter_prefix

  # Tags
  common_tags = var.common_tags

  # Project, addresses and rollouts
  api_host      = var.posthog_api_host
  ingest_host   = var.posthog_ingest_host
  flag_rollouts = var.flag_rollouts
}

# API gateway
module "api_gateway_posthog" {
  source = "./microservices/api-gateway/modules/posthog"

  # Base configuration
  enable_posthog          = contains(var.services, "api-gateway")
  project_name            = var.project_name
  environment             = var.environment
  posthog_organization_id = var.posthog_organization_id

  # API Gateway specific features
  enable_request_analytics      = try(var.toggles["api-gateway"].enable_request_analytics, null)
  enable_performance_monitoring = try(var.toggles["api-gateway"].enable_performance_monitoring, null)
  enable_error_tracking         = try(var.toggles["api-gateway"].enable_error_tracking, null)

  # Rate limiting and monitoring
  track_rate_limits    = try(var.toggles["api-gateway"].track_rate_limits, null)
  track_api_usage      = try(var.toggles["api-gateway"].track_api_usage, null)
  track_response_times = try(var.toggles["api-gateway"].track_response_times, null)

  # Integration
  shared_project_id = module.shared_posthog.posthog_project_id

  # Common features
  enable_analytics     = try(var.toggles["api-gateway"].enable_analytics, var.toggles["shared"].enable_analytics, null)
  enable_feature_flags = try(var.toggles["api-gateway"].enable_feature_flags, var.toggles["shared"].enable_feature_flags, null)
  enable_custom_events = try(var.toggles["api-gateway"].enable_custom_events, var.toggles["shared"].enable_custom_events, null)
  enable_webhooks      = try(var.toggles["api-gateway"].enable_webhooks, var.toggles["shared"].enable_webhooks, null)

  # Privacy settings
  enable_ip_anonymization = try(var.toggles["api-gateway"].enable_ip_anonymization, var.toggles["shared"].enable_ip_anonymization, null)

  # Performance settings
  sampling_rate     = try(var.toggles["api-gateway"].sampling_rate, var.toggles["shared"].sampling_rate, null)
  batch_size        = try(var.toggles["api-gateway"].batch_size, var.toggles["shared"].batch_size, null)
  flush_interval_ms = try(var.toggles["api-gateway"].flush_interval_ms, var.toggles["shared"].flush_interval_ms, null)

  # AWS integration
  use_aws_ssm          = var.use_aws_ssm
  ssm_parameter_prefix = var.ssm_parameter_prefix

  # Tags
  common_tags = var.common_tags

  # Project, addresses and rollouts
  create_project = var.project_strategy == "per_service"
  project_id     = module.shared_posthog.posthog_project_id
  project_token  = module.shared_posthog.project_token
  api_host       = var.posthog_api_host
  ingest_host    = var.posthog_ingest_host
  flag_rollouts  = var.flag_rollouts
}

# Auth service
module "auth_posthog" {
  source = "./microservices/auth/modules/posthog"

  # Base configuration
  enable_posthog          = contains(var.services, "auth")
  project_name            = var.project_name
  environment             = var.environment
  posthog_organization_id = var.posthog_organization_id

  # Auth-specific features
  enable_social_login_analytics = try(var.toggles["auth"].enable_social_login_analytics, null)
  enable_security_monitoring    = try(var.toggles["auth"].enable_security_monitoring, null)
  enable_onboarding_analytics   = try(var.toggles["auth"].enable_onboarding_analytics, null)

  # Social login tracking
  track_google_login    = try(var.toggles["auth"].track_google_login, null)
  track_apple_login     = try(var.toggles["auth"].track_apple_login, null)
  track_facebook_login  = try(var.toggles["auth"].track_facebook_login, null)
  track_microsoft_login = try(var.toggles["auth"].track_microsoft_login, null)
  track_github_login    = try(var.toggles["auth"].track_github_login, null)

  # Security features
  track_failed_logins  = try(var.toggles["auth"].track_failed_logins, null)
  track_mfa_events     = try(var.toggles["auth"].track_mfa_events, null)
  track_session_events = try(var.toggles["auth"].track_session_events, null)

  # Integration
  parent_project_id = module.api_gateway_posthog.posthog_project_id

  # Common features
  enable_analytics     = try(var.toggles["auth"].enable_analytics, var.toggles["shared"].enable_analytics, null)
  enable_feature_flags = try(var.toggles["auth"].enable_feature_flags, var.toggles["shared"].enable_feature_flags, null)
  enable_custom_events = try(var.toggles["auth"].enable_custom_events, var.toggles["shared"].enable_custom_events, null)
  enable_webhooks      = try(var.toggles["auth"].enable_webhooks, var.toggles["shared"].enable_webhooks, null)

  # Privacy settings
  enable_ip_anonymization = try(var.toggles["auth"].enable_ip_anonymization, var.toggles["shared"].enable_ip_anonymization, null)

  # Performance settings
  sampling_rate     = try(var.toggles["auth"].sampling_rate, var.toggles["shared"].sampling_rate, null)
  batch_size        = try(var.toggles["auth"].batch_size, var.toggles["shared"].batch_size, null)
  flush_interval_ms = try(var.toggles["auth"].flush_interval_ms, var.toggles["shared"].flush_interval_ms, null)

  # AWS integration
  use_aws_ssm          = var.use_aws_ssm
  ssm_parameter_prefix = var.ssm_parameter_prefix

  # Tags
  common_tags = var.common_tags

  # Project, addresses and rollouts
  create_project = var.project_strategy == "per_service"
  project_id     = module.shared_posthog.posthog_project_id
  project_token  = module.shared_posthog.project_token
  api_host       = var.posthog_api_host
  ingest_host    = var.posthog_ingest_host
  flag_rollouts  = var.flag_rollouts
}

# User service
module "user_posthog" {
  source = "./microservices/user/modules/posthog"

  # Base configuration
  enable_posthog          = contains(var.services, "user")
  project_name            = var.project_name
  environment             = var.environment
  posthog_organization_id = var.posthog_organization_id

  # User-specific features
  enable_lifecycle_analytics = try(var.toggles["user"].enable_lifecycle_analytics, null)
  enable_profile_analytics   = try(var.toggles["user"].enable_profile_analytics, null)
  enable_engagement_tracking = try(var.toggles["user"].enable_engagement_tracking, null)
  enable_gdpr_compliance     = try(var.toggles["user"].enable_gdpr_compliance, null)

  # Lifecycle tracking
  track_profile_creation   = try(var.toggles["user"].track_profile_creation, null)
  track_profile_updates    = try(var.toggles["user"].track_profile_updates, null)
  track_profile_completion = try(var.toggles["user"].track_profile_completion, null)
  track_user_preferences   = try(var.toggles["user"].track_user_preferences, null)

  # Privacy and compliance
  enable_consent_tracking = try(var.toggles["user"].enable_consent_tracking, null)

  # Integration
  parent_project_id   = module.api_gateway_posthog.posthog_project_id
  integrate_with_auth = try(var.toggles["user"].integrate_with_auth, null)
  auth_project_id     = module.auth_posthog.posthog_project_id

  # Common features
  enable_analytics     = try(var.toggles["user"].enable_analytics, var.toggles["shared"].enable_analytics, null)
  enable_feature_flags = try(var.toggles["user"].enable_feature_flags, var.toggles["shared"].enable_feature_flags, null)
  enable_custom_events = try(var.toggles["user"].enable_custom_events, var.toggles["shared"].enable_custom_events, null)
  enable_webhooks      = try(var.toggles["user"].enable_webhooks, var.toggles["shared"].enable_webhooks, null)

  # Privacy settings
  enable_ip_anonymization = try(var.toggles["user"].enable_ip_anonymization, var.toggles["shared"].enable_ip_anonymization, null)

  # Performance settings
  sampling_rate     = try(var.toggles["user"].sampling_rate, var.toggles["shared"].sampling_rate, null)
  batch_size        = try(var.toggles["user"].batch_size, var.toggles["shared"].batch_size, null)
  flush_interval_ms = try(var.toggles["user"].flush_interval_ms, var.toggles["shared"].flush_interval_ms, null)

  # AWS integration
  use_aws_ssm          = var.use_aws_ssm
  ssm_parameter_prefix = var.ssm_parameter_prefix

  # Tags
  common_tags = var.common_tags

  # Project, addresses and rollouts
  create_project = var.project_strategy == "per_service"
  project_id     = module.shared_posthog.posthog_project_id
  project_token  = module.shared_posthog.project_token
  api_host       = var.posthog_api_host
  ingest_host    = var.posthog_ingest_host
  flag_rollouts  = var.flag_rollouts
}

# Payments service
module "payments_posthog" {
  source = "./microservices/payments/modules/posthog"

  # Base configuration
  enable_posthog          = contains(var.services, "payments")
  project_name            = var.project_name
  environment             = var.environment
  posthog_organization_id = var.posthog_organization_id

  # Payments-specific features
  enable_revenue_tracking       = try(var.toggles["payments"].enable_revenue_tracking, null)
  enable_subscription_analytics = try(var.toggles["payments"].enable_subscription_analytics, null)
  enable_fraud_detection        = try(var.toggles["payments"].enable_fraud_detection, null)
  enable_churn_prediction       = try(var.toggles["payments"].enable_churn_prediction, null)

  # Payment provider tracking
  track_stripe_events     = try(var.toggles["payments"].track_stripe_events, null)
  track_paypal_events     = try(var.toggles["payments"].track_paypal_events, null)
  track_apple_pay_events  = try(var.toggles["payments"].track_apple_pay_events, null)
  track_google_pay_events = try(var.toggles["payments"].track_google_pay_events, null)

  # Business intelligence
  enable_revenue_forecasting = try(var.toggles["payments"].enable_revenue_forecasting, null)
  enable_cohort_analysis     = try(var.toggles["payments"].enable_cohort_analysis, null)
  enable_ltv_calculation     = try(var.toggles["payments"].enable_ltv_calculation, null)
  enable_mrr_tracking        = try(var.toggles["payments"].enable_mrr_tracking, null)

  # Compliance
  enable_pci_compliance = try(var.toggles["payments"].enable_pci_compliance, null)
  data_retention_days   = try(var.toggles["payments"].data_retention_days, null)

  # Integration
  parent_project_id   = module.api_gateway_posthog.posthog_project_id
  integrate_with_user = try(var.toggles["payments"].integrate_with_user, null)
  user_project_id     = module.user_posthog.posthog_project_id

  # Common features
  enable_analytics     = try(var.toggles["payments"].enable_analytics, var.toggles["shared"].enable_analytics, null)
  enable_feature_flags = try(var.toggles["payments"].enable_feature_flags, var.toggles["shared"].enable_feature_flags, null)
  enable_custom_events = try(var.toggles["payments"].enable_custom_events, var.toggles["shared"].enable_custom_events, null)
  enable_webhooks      = try(var.toggles["payments"].enable_webhooks, var.toggles["shared"].enable_webhooks, null)

  # Privacy settings
  enable_ip_anonymization = try(var.toggles["payments"].enable_ip_anonymization, var.toggles["shared"].enable_ip_anonymization, null)

  # Performance settings
  sampling_rate     = try(var.toggles["payments"].sampling_rate, var.toggles["shared"].sampling_rate, null)
  batch_size        = try(var.toggles["payments"].batch_size, var.toggles["shared"].batch_size, null)
  flush_interval_ms = try(var.toggles["payments"].flush_interval_ms, var.toggles["shared"].flush_interval_ms, null)

  # AWS integration
  use_aws_ssm          = var.use_aws_ssm
  ssm_parameter_prefix = var.ssm_parameter_prefix

  # Tags
  common_tags = var.common_tags

  # Project, addresses and rollouts
  create_project = var.project_strategy == "per_service"
  project_id     = module.shared_posthog.posthog_project_id
  project_token  = module.shared_posthog.project_token
  api_host       = var.posthog_api_host
  ingest_host    = var.posthog_ingest_host
  flag_rollouts  = var.flag_rollouts
}

output "shared_posthog_env_vars" {
  value     = module.shared_posthog.env_vars
  sensitive = true
}

output "api_gateway_posthog_env_vars" {
  value     = module.api_gateway_posthog.env_vars
  sensitive = true
}

output "auth_posthog_env_vars" {
  value     = module.auth_posthog.env_vars
  sensitive = true
}

output "user_posthog_env_vars" {
  value     = module.user_posthog.env_vars
  sensitive = true
}

output "payments_posthog_env_vars" {
  value     = module.payments_posthog.env_vars
  sensitive = true
}

output "posthog_project_ids" {
  description = "Id of the PostHog project by service."
  value = {
    "shared"      = module.shared_posthog.posthog_project_id
    "api-gateway" = module.api_gateway_posthog.posthog_project_id
    "auth"        = module.auth_posthog.posthog_project_id
    "user"        = module.user_posthog.posthog_project_id
    "payments"    = module.payments_posthog.posthog_project_id
  }
}

output "posthog_project_urls" {
  description = "Where each service's project is found in PostHog."
  value = {
    "shared"      = module.shared_posthog.posthog_project_url
    "api-gateway" = module.api_gateway_posthog.posthog_project_url
    "auth"        = module.auth_posthog.posthog_project_url
    "user"        = module.user_posthog.posthog_project_url
    "payments"    = module.payments_posthog.posthog_project_url
  }
}

output "posthog_flag_ids" {
  description = "Ids of the feature flags by service and key."
  value = {
    "shared"      = module.shared_posthog.flag_ids
    "api-gateway" = module.api_gateway_posthog.flag_ids
    "auth"        = module.auth_posthog.flag_ids
    "user"        = module.user_posthog.flag_ids
    "payments"    = module.payments_posthog.flag_ids
  }
}

output "posthog_insight_ids" {
  description = "Ids of the insights by service and key."
  value = {
    "shared"      = module.shared_posthog.insight_ids
    "api-gateway" = module.api_gateway_posthog.insight_ids
    "auth"        = module.auth_posthog.insight_ids
    "user"        = module.user_posthog.insight_ids
    "payments"    = module.payments_posthog.insight_ids
  }
}

output "posthog_dashboard_ids" {
  description = "Id of the dashboard by service."
  value = {
    "shared"      = module.shared_posthog.dashboard_id
    "api-gateway" = module.api_gateway_posthog.dashboard_id
    "auth"        = module.auth_posthog.dashboard_id
    "user"        = module.user_posthog.dashboard_id
    "payments"    = module.payments_posthog.dashboard_id
  }
}

output "ssm_parameter_names" {
  description = "Names of the SSM parameters by service."
  value = {
    "shared"      = module.shared_posthog.ssm_parameter_names
    "api-gateway" = module.api_gateway_posthog.ssm_parameter_names
    "auth"        = module.auth_posthog.ssm_parameter_names
    "user"        = module.user_posthog.ssm_parameter_names
    "payments"    = module.payments_posthog.ssm_parameter_names
  }
}
