# frozen_string_literal: true

workers 2
threads 4, 4
preload_app!
worker_shutdown_timeout 5
# An error that the middleware has reported comes here too.
lowlevel_error_handler do |error|
  Tocsin.capture_exception(error)
  [500, {}, ["sorry"]]
end
