import Foundation
public import KuayuGateway
import Synchronization

/// A real sshd on this machine: a socket of ours on a free port, and one `sshd -i` for each connection to it.
///
/// It serves a folder of its own with `in/` and `out/`, and can go away for a while and come back on the same port.
public final class SSHServer: Sendable {
    /// Whether OpenSSH's server and `ssh-keygen` are installed.
    public static let isAvailable =
        FileManager.default.isExecutableFile(atPath: "/usr/sbin/sshd")
        && FileManager.default.isExecutableFile(atPath: "/usr/bin/ssh-keygen")

    /// The folder that is served.
    public let root: String
    /// SHA-256 of the key that it shows, Base64 without padding.
    public let hostKey: String
    /// SHA-256 of a key that it has not.
    public let strangersHostKey: String
    private let folder: String
    private let port: Int
    /// Bound and never listening: nobody else gets the port while the server is away.
    private let reserved: Int32
    private let connections: SSHConnections

    /// A server that is there.
    ///
    /// Throws when its folder, its keys or its socket cannot be made.
    public init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("kuayu-sshd-\(UUID().uuidString)").path
        root = "\(folder)/root"
        for name in ["in", "out"] {
            try FileManager.default.createDirectory(atPath: "\(root)/\(name)", withIntermediateDirectories: true)
        }
        for name in ["host", "user", "stranger"] {
            _ = try SSHServer.run("/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", "\(folder)/\(name)"])
        }
        hostKey = try SSHServer.fingerprint("\(folder)/host.pub")
        strangersHostKey = try SSHServer.fingerprint("\(folder)/stranger.pub")
        let configuration = "\(folder)/config"
        try SSHServer.configuration(folder).write(toFile: configuration, atomically: false, encoding: .utf8)
        // As root sshd insists on the folder that its service unit makes.
        if getuid() == 0 { mkdir("/run/sshd", 0o755) }
        connections = SSHConnections(configuration: configuration)
        (reserved, port) = try LoopbackSocket.bound(port: 0)
        try comeBack()
    }

    deinit {
        goAway()
        close(reserved)
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Refuses connections from now on and cuts those that stand, whatever is under way on them.
    public func goAway() { connections.stop() }

    /// Accepts connections again, on the same port.
    ///
    /// Throws when the socket cannot be opened.
    public func comeBack() throws {
        let (listener, _) = try LoopbackSocket.bound(port: port)
        guard listen(listener, 64) == 0 else {
            close(listener)
            throw CocoaError(.featureUnsupported)
        }
        connections.start(listener)
    }

    // MARK: how it is reached

    /// Where it is, with the key that it shows and the key that it lets in.
    public var place: SFTPPlace { place(hostKey: hostKey) }

    /// Where it is; by default with the right keys.
    ///
    /// - Parameters:
    ///   - hostKey: the host key that the client pins.
    ///   - key: the client's own key: `user`, or `stranger`, whom the server does not let in.
    public func place(hostKey: String? = nil, key: String = "user") -> SFTPPlace {
        SFTPPlace(
            host: "127.0.0.1", port: port, user: NSUserName(), privateKeyPath: "\(folder)/\(key)",
            publicKeyPath: "\(folder)/\(key).pub", hostKeySHA256: hostKey ?? self.hostKey, root: root)
    }

    // MARK: what it serves

    /// Writes a file below the folder that is served, as a whole or not at all.
    public func write(_ name: String, _ bytes: [UInt8]) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: "\(root)/\(name)"), options: .atomic)
    }

    /// Writes a text as UTF-8.
    public func write(_ name: String, _ text: String) throws { try write(name, Array(text.utf8)) }

    /// Makes a folder below the folder that is served.
    public func makeFolder(_ name: String) throws {
        try FileManager.default.createDirectory(atPath: "\(root)/\(name)", withIntermediateDirectories: true)
    }

    /// The bytes of a file below the folder that is served; nil when there is none.
    public func read(_ name: String) -> [UInt8]? {
        FileManager.default.contents(atPath: "\(root)/\(name)").map { Array($0) }
    }

    /// Every name in a folder below the one that is served, those with a dot in front too, sorted.
    public func names(_ name: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(root)/\(name)").sorted()
    }

    // MARK: making it

    private static func configuration(_ folder: String) -> String {
        """
        HostKey \(folder)/host
        AuthorizedKeysFile \(folder)/user.pub
        PasswordAuthentication no
        KbdInteractiveAuthentication no
        UsePAM no
        PidFile none
        StrictModes no
        PermitRootLogin prohibit-password
        MaxStartups 100
        Subsystem sftp internal-sftp

        """
    }

    private static func fingerprint(_ publicKey: String) throws -> String {
        let print = try run("/usr/bin/ssh-keygen", ["-l", "-E", "sha256", "-f", publicKey])
        return String(print.components(separatedBy: "SHA256:").last?.prefix { $0 != " " } ?? "")
    }

    private static func run(_ program: String, _ arguments: [String]) throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }
}

/// Sockets of 127.0.0.1.
private enum LoopbackSocket {
    /// A socket bound to a port, 0 for a free one; several may be bound to it while at most one listens.
    static func bound(port: Int) throws -> (descriptor: Int32, port: Int) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var isShared: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &isShared, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, size) == 0 ? getsockname(descriptor, address, &size) : -1
            }
        }
        guard code == 0 else {
            close(descriptor)
            throw CocoaError(.featureUnsupported)
        }
        return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
    }
}

/// The connections of a server, each with its `sshd -i`.
private final class SSHConnections: Sendable {
    private struct State {
        /// Nil while the server is away.
        var listener: Int32?
        /// Kept open until their sshd has ended, so that they can be cut.
        var standing: Set<Int32> = []
    }

    private let state = Mutex(State())
    private let configuration: String

    init(configuration: String) { self.configuration = configuration }

    /// Serves what comes to a listening socket, on a thread of its own, until ``stop()``.
    func start(_ listener: Int32) {
        stop()
        state.withLock { $0.listener = listener }
        Thread { self.serve(listener) }.start()
    }

    func stop() {
        state.withLock { state in
            // Wakes the thread, which closes the socket.
            if let listener = state.listener { shutdown(listener, Int32(SHUT_RDWR)) }
            state.listener = nil
            for connection in state.standing { shutdown(connection, Int32(SHUT_RDWR)) }
        }
    }

    private func serve(_ listener: Int32) {
        defer { close(listener) }
        while true {
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { return }
            // No other sshd may keep it open.
            _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
            let isAwaited = state.withLock { state in
                // Accepted just as the server went away.
                guard state.listener == listener else { return false }
                state.standing.insert(connection)
                return true
            }
            if isAwaited { spawn(connection) } else { close(connection) }
        }
    }

    /// Starts an sshd on a connection and reaps it on a thread of its own: Foundation's `Process` waits for its children
    /// one after another, and an sshd lives as long as its connection is kept.
    private func spawn(_ connection: Int32) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, connection, 0)
        posix_spawn_file_actions_adddup2(&actions, connection, 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        let arguments = ["/usr/sbin/sshd", "-i", "-f", configuration, "-E", "/dev/null"]
        var texts: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for text in texts { free(text) } }
        var identifier = pid_t()
        guard posix_spawn(&identifier, arguments[0], &actions, nil, &texts, environ) == 0 else {
            return end(connection)
        }
        Thread { [identifier] in
            var status: Int32 = 0
            waitpid(identifier, &status, 0)
            self.end(connection)
        }.start()
    }

    private func end(_ connection: Int32) {
        state.withLock { state in
            state.standing.remove(connection)
            close(connection)
        }
    }
}
