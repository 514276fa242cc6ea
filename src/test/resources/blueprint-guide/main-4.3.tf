# User service PostHog integration
module "user_posthog" {
  source = "./microservices/user/modules/posthog"
  
  # Base configuration
  enable_posthog              = true
  project_name               = var.project_name
  environment                = var.environment
  posthog_organization_id    = var.posthog_organization_id
  
  # User-specific features
  enable_lifecycle_analytics = true
  enable_profile_analytics   = true
  enable_engagement_tracking = true
  enable_gdpr_compliance     = true
  
  # Lifecycle tracking
  track_profile_creation   = true
  track_profile_updates    = true
  track_profile_completion = true
  track_user_preferences   = true
  
  # Privacy and compliance
  enable_consent_tracking = true
  
  # Integration
  parent_project_id        = module.api_gateway_posthog.posthog_project_id
  integrate_with_auth     = true
  auth_project_id         = module.auth_posthog.posthog_project_id
  
  common_tags = var.common_tags
  
  depends_on = [module.api_gateway_posthog, module.auth_posthog]
}
