@echo off
rem Starts the PostHog Deployment Console on a JDK 25: JAVA_HOME, or the PATH's.
setlocal
set "HOME_DIR=%~dp0.."
set "JAVA=java"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java"
"%JAVA%" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow %POSTHOG_CONSOLE_JAVA_OPTIONS% -cp "%HOME_DIR%\lib\*" @main.class@ %*
exit /b %ERRORLEVEL%
