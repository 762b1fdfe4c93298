# The same work in Capistrano's way: releases, a link named current, one command after the other on all hosts in parallel.
set :scm, nil
set :format, :blackhole
set :log_level, :error
set :ssh_options, {
  config: [ENV.fetch("BENCH_SSH_CONFIG")],
  keys: [ENV.fetch("BENCH_KEY")],
  keys_only: true,
  user_known_hosts_file: ENV.fetch("BENCH_KNOWN_HOSTS"),
  verify_host_key: :always
}

home = "capistrano"
version, port = %w[BENCH_VERSION BENCH_PORT].map { |name| ENV.fetch(name) }
release = "#{home}/releases/#{version}"

namespace :bench do
  task :bring do
    package, sha256 = ENV.fetch("BENCH_PACKAGE"), ENV.fetch("BENCH_SHA256")
    on roles(:app), in: :parallel do
      execute :mkdir, "-p", release
      upload! package, "#{home}/package.tar.gz"
      execute :echo, "'#{sha256}  #{home}/package.tar.gz' | sha256sum -c --status"
      execute :tar, "-xzf", "#{home}/package.tar.gz", "-C", release
      execute :rm, "#{home}/package.tar.gz"
    end
  end

  task :switch do
    on roles(:app), in: :parallel do
      execute :ln, "-s", "releases/#{version}", "#{home}/next"
      execute :mv, "-fT", "#{home}/next", "#{home}/current"
      execute :sh, "change.sh", "restart", home, "127.0.0.1", port
      execute :sh, "change.sh", "verified", "127.0.0.1", port, version
    end
  end

  task deploy: %i[bring switch]
  task back: :switch
end
