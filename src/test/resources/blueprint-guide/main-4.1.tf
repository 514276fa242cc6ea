# API Gateway PostHog integration
module "api_gateway_posthog" {
  source = "./microservices/api-gateway/modules/posthog"
  
  # Base configuration
  enable_posthog              = true
  project_name               = var.project_name
  environment                = var.environment
  posthog_organization_id    = var.posthog_organization_id
  
  # API Gateway specific features
  enable_request_analytics   = true
  enable_performance_monitoring = true
  enable_error_tracking      = true
  
  # Rate limiting and monitoring
  track_rate_limits         = true
  track_api_usage          = true
  track_response_times     = true
  
  # Integration
  shared_project_id = module.shared_posthog.posthog_project_id
  
  common_tags = var.common_tags
  
  depends_on = [module.shared_posthog]
}
