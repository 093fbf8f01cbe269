import Foundation
import KuayuCurl
import KuayuGateway
import Testing

@Suite(.enabled(if: SSHServer.isAvailable, "sshd is not installed (package openssh-server)"), .timeLimit(.minutes(2)))
struct CurlSFTPTests {
    private let server: SSHServer
    private let transport: CurlTransport

    init() throws {
        server = try SSHServer()
        transport = try CurlTransport()
    }

    private func put(_ path: String, _ text: String, at place: PartnerPlace? = nil) async -> PartnerOutcome {
        await withCheckedContinuation { continuation in
            transport.put(PartnerFile(path: path, bytes: Array(text.utf8)), at: place ?? server.place) {
                continuation.resume(returning: $0)
            }
        }
    }

    @Test(arguments: ["a.txt", "with blank.txt", #"quo"te\back'.txt"#, "340000_BJ_办件#1%.txt"])
    func writesReadsAndMovesFiles(name: String) async throws {
        let outcome = await put("in/\(name)", "first")
        #expect(outcome.status == 201, "\(outcome.reason)")
        #expect(await put("in/\(name)", "second").status == 201)
        #expect(try await transport.list("in", at: server.place) == [name])
        #expect(try await transport.fetch("in/\(name)", at: server.place, limitBytes: 6) == Array("second".utf8))
        try await transport.move("in/\(name)", to: "out/\(name)", at: server.place)
        #expect(try await transport.list("in", at: server.place) == [])
        #expect(try await transport.list("out/", at: server.place) == [name])
    }

    @Test func writesAnEmptyFileAndALargeOne() async throws {
        let large = String(repeating: "0123456789", count: 100_000)
        #expect(await put("in/empty", "").status == 201)
        #expect(await put("in/large", large).status == 201)
        #expect(try await transport.fetch("in/empty", at: server.place, limitBytes: 0) == [])
        #expect(try await transport.fetch("in/large", at: server.place, limitBytes: 1_000_000) == Array(large.utf8))
    }

    @Test func listsRegularFilesSortedWithoutTemporaryNames() async throws {
        for name in ["b", "a", ".c.part"] { try server.write("in/\(name)", "x") }
        try server.makeFolder("in/folder")
        #expect(try await transport.list("in", at: server.place) == ["a", "b"])
    }

    @Test func refusesAFileBeyondTheLimit() async throws {
        try server.write("in/a", "12345")
        await #expect(throws: PartnerError.tooLarge(limitBytes: 4)) {
            try await transport.fetch("in/a", at: server.place, limitBytes: 4)
        }
    }

    @Test func namesWhatIsMissing() async throws {
        await expectNotFound { _ = try await transport.fetch("in/none", at: server.place, limitBytes: 10) }
        await expectNotFound { _ = try await transport.list("none", at: server.place) }
        await expectNotFound { try await transport.move("in/none", to: "out/none", at: server.place) }
        #expect(await put("none/a", "x").outcomeClass == .notSent)
    }

    private func expectNotFound(_ work: () async throws -> Void) async {
        do {
            try await work()
            Testing.Issue.record("nothing was missing")
        } catch PartnerError.notFound {
        } catch {
            Testing.Issue.record("\(error)")
        }
    }

    @Test(arguments: ["", "/in/a", "../a", "in/../../a", "in//a", "in/a\nb", "."])
    func refusesPathsThatLeaveTheRoot(path: String) async {
        #expect(await put(path, "x").outcomeClass == .notSent)
        await #expect(throws: PartnerError.self) {
            try await transport.fetch(path, at: server.place, limitBytes: 10)
        }
    }

    @Test func recognisesAnotherHostKeyEvenOnAConnectionItHas() async throws {
        #expect(await put("in/a", "x").status == 201)
        let other = server.place(hostKey: String(repeating: "A", count: 43))
        #expect(await put("in/a", "x", at: other).outcomeClass == .wrongIdentity)
        #expect(await put("in/a", "x", at: other).outcomeClass == .wrongIdentity)
        #expect(await put("in/a", "x").status == 201)
    }

    @Test func reportsThatThePartnerRefusesOurKey() async throws {
        let outcome = await put("in/a", "x", at: server.place(key: "stranger"))
        #expect(outcome.outcomeClass == .wrongIdentity, "\(outcome.reason)")
    }

    @Test func knowsNoDirectories() async {
        #expect(await put("in/a", "x", at: .directory("/tmp")).outcomeClass == .notSent)
        await #expect(throws: PartnerError.self) { try await transport.list("in", at: .directory("/tmp")) }
    }

    @Test func endsReadsThatAreCancelled() async throws {
        let task = Task { [transport, place = server.place] in
            try await transport.list("in", at: place)
        }
        task.cancel()
        // Cancelled before, during or too late: it returns in any case, and the driver goes on.
        _ = await task.result
        #expect(try await transport.list("in", at: server.place) == [])
    }
}

/// A real sshd: a socket of ours on a free port, and one `sshd -i` for each connection to it.
final class SSHServer: Sendable {
    private let path: String
    private let listener: Int32
    private let port: Int
    private let hostKey: String

    static let isAvailable =
        FileManager.default.isExecutableFile(atPath: "/usr/sbin/sshd")
        && FileManager.default.isExecutableFile(atPath: "/usr/bin/ssh-keygen")

    init() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kuayu-sshd-\(UUID().uuidString)")
            .path
        path = folder
        for name in ["in", "out"] {
            try FileManager.default.createDirectory(atPath: "\(folder)/root/\(name)", withIntermediateDirectories: true)
        }
        for name in ["host", "user", "stranger"] {
            _ = try SSHServer.run("/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", "\(folder)/\(name)"])
        }
        let print = try SSHServer.run("/usr/bin/ssh-keygen", ["-l", "-E", "sha256", "-f", "\(folder)/host.pub"])
        hostKey = String(print.components(separatedBy: "SHA256:").last?.prefix { $0 != " " } ?? "")
        try SSHServer.configuration(folder).write(toFile: "\(folder)/config", atomically: false, encoding: .utf8)
        // As root sshd insists on the folder that its service unit makes.
        if getuid() == 0 { mkdir("/run/sshd", 0o755) }
        (listener, port) = try SSHServer.openListener()
        Thread { [listener] in SSHServer.serve(listener, configuration: "\(folder)/config") }.start()
    }

    deinit {
        // Wakes the thread, which closes the socket.
        shutdown(listener, Int32(SHUT_RDWR))
        try? FileManager.default.removeItem(atPath: path)
    }

    var place: PartnerPlace { place(hostKey: hostKey) }

    func place(hostKey: String? = nil, key: String = "user") -> PartnerPlace {
        .sftp(
            SFTPPlace(
                host: "127.0.0.1", port: port, user: NSUserName(), privateKeyPath: "\(path)/\(key)",
                publicKeyPath: "\(path)/\(key).pub", hostKeySHA256: hostKey ?? self.hostKey, root: "\(path)/root"))
    }

    func write(_ name: String, _ text: String) throws {
        try text.write(toFile: "\(path)/root/\(name)", atomically: false, encoding: .utf8)
    }

    func makeFolder(_ name: String) throws {
        try FileManager.default.createDirectory(atPath: "\(path)/root/\(name)", withIntermediateDirectories: true)
    }

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

    private static func openListener() throws -> (Int32, Int) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, size) == 0 && listen(descriptor, 64) == 0
                    ? getsockname(descriptor, address, &size) : -1
            }
        }
        guard code == 0 else { throw CocoaError(.featureUnsupported) }
        return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
    }

    private static func serve(_ listener: Int32, configuration: String) {
        defer { close(listener) }
        while true {
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { return }
            spawn(["/usr/sbin/sshd", "-i", "-f", configuration, "-E", "/dev/null"], connection: connection)
            close(connection)
        }
    }

    /// Starts a program on a connection and reaps it on a thread of its own: Foundation's `Process` waits for its children
    /// one after another, and an sshd lives as long as its connection is kept.
    private static func spawn(_ arguments: [String], connection: Int32) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, connection, 0)
        posix_spawn_file_actions_adddup2(&actions, connection, 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var texts: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for text in texts { free(text) } }
        var identifier = pid_t()
        guard posix_spawn(&identifier, arguments[0], &actions, nil, &texts, environ) == 0 else { return }
        Thread { [identifier] in
            var status: Int32 = 0
            waitpid(identifier, &status, 0)
        }.start()
    }
}
