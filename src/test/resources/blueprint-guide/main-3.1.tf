# Shared PostHog module for common resources
module "shared_posthog" {
  source = "./shared/posthog"
  
  # Base configuration
  enable_posthog          = true
  project_name           = var.project_name
  environment            = var.environment
  posthog_organization_id = var.posthog_organization_id
  
  # Common features
  enable_analytics       = true
  enable_feature_flags   = true
  enable_custom_events   = true
  enable_webhooks        = true
  
  # Privacy settings
  enable_ip_anonymization = true
  data_retention_days     = 365
  
  # Performance settings
  sampling_rate     = 1.0
  batch_size        = 50
  flush_interval_ms = 5000
  
  # AWS integration
  aws_region             = var.aws_region
  use_aws_ssm           = true
  ssm_parameter_prefix  = "/nexpo/posthog"
  
  common_tags = var.common_tags
}
