import Foundation

/// A PostgreSQL server of one's own in a temporary folder, for the demo, the benchmark and the tests.
///
/// It listens on a Unix socket in that folder and nowhere else, trusts whoever can reach the socket, and does not wait
/// for the disk: nothing in it is meant to last. A server must not run as root; a root that starts one starts it as
/// `postgres`.
public final class PostgreSQLServer: Sendable {
    /// Where it keeps everything.
    public let folder: String
    /// The server's process.
    public let identifier: Int32

    /// How to connect to it.
    public var conninfo: String { "host=\(folder) dbname=postgres user=postgres" }

    /// Makes a cluster and starts a server on it; returns when it answers.
    ///
    /// - Parameters:
    ///   - parent: folder in which the temporary folder is made; its path must be short, a socket's may have 107 bytes.
    ///   - settings: further settings, such as `shared_buffers=256MB`.
    /// - Throws: `server` when PostgreSQL is not installed or does not start.
    public init(parent: String = "/tmp", settings: [String] = []) throws(PostgreSQLError) {
        let binaries = try Self.binaries()
        folder = try Self.makeFolder(parent)
        let log = folder + "/log"
        do throws(PostgreSQLError) {
            try Self.makeCluster(binaries, folder, log)
            var arguments = [
                binaries + "/postgres", "-D", folder + "/data", "-k", folder, "-c", "listen_addresses=", "-c",
                "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=50",
            ]
            for setting in settings { arguments += ["-c", setting] }
            identifier = try Self.spawn(arguments, in: folder, log: log)
        } catch {
            try? FileManager.default.removeItem(atPath: folder)
            throw error
        }
        if !waitUntilReady() {
            let reason = Self.tail(log)
            stop()
            throw PostgreSQLError(.server, "the server does not answer: \(reason)")
        }
    }

    deinit { stop() }

    /// Whether PostgreSQL's programs are installed here.
    public static var isInstalled: Bool { (try? binaries()) != nil }

    /// Stops the server and removes its folder; a second call does nothing.
    public func stop() {
        guard FileManager.default.fileExists(atPath: folder) else { return }
        // SIGINT: break connections, roll back, leave (PostgreSQL manual, 19.5).
        kill(identifier, SIGINT)
        if !Self.hasEnded(identifier, within: 10) {
            kill(identifier, SIGQUIT)
            _ = Self.hasEnded(identifier, within: 10)
        }
        try? FileManager.default.removeItem(atPath: folder)
    }

    private func waitUntilReady() -> Bool {
        for _ in 0..<1_200 {
            if (try? PostgreSQLConnection(conninfo: conninfo)) != nil { return true }
            var status: Int32 = 0
            if waitpid(identifier, &status, WNOHANG) != 0 { return false }
            usleep(25_000)
        }
        return false
    }

    private static func binaries() throws(PostgreSQLError) -> String {
        let root = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        let newest = versions.compactMap { Int($0) }.sorted(by: >)
            .map { "\(root)/\($0)/bin" }
            .first { FileManager.default.isExecutableFile(atPath: $0 + "/initdb") }
        guard let newest else { throw PostgreSQLError(.server, "there is no PostgreSQL server below \(root)") }
        return newest
    }

    private static func makeFolder(_ parent: String) throws(PostgreSQLError) -> String {
        var template = Array((parent + "/kuayu-pg-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else {
            throw PostgreSQLError(.server, "no folder can be made in \(parent): errno \(errno)")
        }
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        if geteuid() == 0 {
            guard let user = getpwnam("postgres"), chown(folder, user.pointee.pw_uid, user.pointee.pw_gid) == 0 else {
                rmdir(folder)
                throw PostgreSQLError(.server, "root cannot start a server, and there is no user postgres")
            }
        }
        return folder
    }

    private static func makeCluster(_ binaries: String, _ folder: String, _ log: String) throws(PostgreSQLError) {
        let arguments = [
            binaries + "/initdb", "-D", folder + "/data", "-U", "postgres", "-A", "trust", "-E", "UTF8",
            "--locale=C.UTF-8", "--no-sync", "--no-instructions",
        ]
        let identifier = try spawn(arguments, in: folder, log: log)
        var status: Int32 = 0
        while waitpid(identifier, &status, 0) < 0 && errno == EINTR {}
        guard status == 0 else { throw PostgreSQLError(.server, "initdb failed: \(tail(log))") }
    }

    /// The command line that runs a program in a folder that the server's user can enter, as that user.
    private static func commandLine(_ arguments: [String], in folder: String) -> [String] {
        let user =
            geteuid() == 0
            ? ["/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : []
        return ["/usr/bin/env", "-C", folder] + user + arguments
    }

    private static func spawn(
        _ arguments: [String], in folder: String, log: String
    ) throws(PostgreSQLError) -> Int32 {
        let command = commandLine(arguments, in: folder)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        var texts: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] = [strdup("PATH=/usr/bin:/bin"), strdup("LC_ALL=C.UTF-8"), nil]
        defer { for text in texts + variables { free(text) } }
        var identifier = pid_t()
        let fault = posix_spawn(&identifier, command[0], &actions, &attributes, &texts, &variables)
        guard fault == 0 else { throw PostgreSQLError(.server, "\(command[0]) cannot be started: errno \(fault)") }
        return identifier
    }

    private static func hasEnded(_ identifier: Int32, within seconds: Int) -> Bool {
        var status: Int32 = 0
        for _ in 0..<seconds * 100 {
            if waitpid(identifier, &status, WNOHANG) != 0 { return true }
            usleep(10_000)
        }
        return false
    }

    private static func tail(_ path: String) -> String {
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        return String(text.suffix(400))
    }
}
