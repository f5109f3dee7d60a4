-- Prosody as a contender: limits out of the way; archive as asked.
run_as_root = true
daemonize = false
data_path = "{folder}/data"
pidfile = "{folder}/prosody.pid"
log = { error = "{folder}/prosody.log" }
interfaces = { "127.0.0.1" }
c2s_ports = {}
s2s_ports = {}
http_ports = {}
https_ports = {}
c2s_direct_tls_ports = { {port} }
network_backend = "epoll"
authentication = "internal_plain"
allow_registration = true
c2s_require_encryption = true
storage = "sql"
sql = { driver = "SQLite3", database = "{folder}/prosody.sqlite" }
certificates = "{folder}"
ssl = { certificate = "{folder}/cert.pem", key = "{folder}/key.pem" }
modules_enabled = { "tls"; "saslauth"; "register"; "roster"; "disco"; {archive} }
modules_disabled = { "s2s"; "offline" }
default_archive_policy = true
VirtualHost "localhost"
Component "conference.localhost" "muc"
	muc_room_default_history_length = 0
	muc_room_default_public = true
	restrict_room_creation = false
	muc_room_locking = false
	muc_room_default_persistent = false
	muc_log_by_default = true
	{mucArchive}
