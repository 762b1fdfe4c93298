ENV.fetch("BENCH_HOSTS").split(",").each { |host| server host, roles: %w[app] }
