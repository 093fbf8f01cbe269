import KuayuCurl
import KuayuGateway
import KuayuTestKit
import Testing

@Suite(.enabled(if: SSHServer.isAvailable, "sshd is not installed (package openssh-server)"), .timeLimit(.minutes(2)))
struct CurlSFTPTests {
    private let server: SSHServer
    private let transport: CurlTransport

    init() throws {
        server = try SSHServer()
        transport = try CurlTransport()
    }

    private var here: PartnerPlace { .sftp(server.place) }

    private func put(_ path: String, _ text: String, at place: PartnerPlace? = nil) async -> PartnerOutcome {
        await withCheckedContinuation { continuation in
            transport.put(PartnerFile(path: path, bytes: Array(text.utf8)), at: place ?? here) {
                continuation.resume(returning: $0)
            }
        }
    }

    @Test(arguments: ["a.txt", "with blank.txt", #"quo"te\back'.txt"#, "340000_BJ_办件#1%.txt"])
    func writesReadsAndMovesFiles(name: String) async throws {
        let outcome = await put("in/\(name)", "first")
        #expect(outcome.status == 201, "\(outcome.reason)")
        #expect(await put("in/\(name)", "second").status == 201)
        #expect(try await transport.list("in", at: here) == [name])
        #expect(try await transport.fetch("in/\(name)", at: here, limitBytes: 6) == Array("second".utf8))
        try await transport.move("in/\(name)", to: "out/\(name)", at: here)
        #expect(try await transport.list("in", at: here) == [])
        #expect(try await transport.list("out/", at: here) == [name])
    }

    @Test func writesAnEmptyFileAndALargeOne() async throws {
        let large = String(repeating: "0123456789", count: 100_000)
        #expect(await put("in/empty", "").status == 201)
        #expect(await put("in/large", large).status == 201)
        #expect(try await transport.fetch("in/empty", at: here, limitBytes: 0) == [])
        #expect(try await transport.fetch("in/large", at: here, limitBytes: 1_000_000) == Array(large.utf8))
    }

    @Test func listsRegularFilesSortedWithoutTemporaryNames() async throws {
        for name in ["b", "a", ".c.part"] { try server.write("in/\(name)", "x") }
        try server.makeFolder("in/folder")
        #expect(try await transport.list("in", at: here) == ["a", "b"])
    }

    @Test func refusesAFileBeyondTheLimit() async throws {
        try server.write("in/a", "12345")
        await #expect(throws: PartnerError.tooLarge(limitBytes: 4)) {
            try await transport.fetch("in/a", at: here, limitBytes: 4)
        }
    }

    @Test func namesWhatIsMissing() async throws {
        await expectNotFound { _ = try await transport.fetch("in/none", at: here, limitBytes: 10) }
        await expectNotFound { _ = try await transport.list("none", at: here) }
        await expectNotFound { try await transport.move("in/none", to: "out/none", at: here) }
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
            try await transport.fetch(path, at: here, limitBytes: 10)
        }
    }

    @Test func recognisesAnotherHostKeyEvenOnAConnectionItHas() async throws {
        #expect(await put("in/a", "x").status == 201)
        let other = PartnerPlace.sftp(server.place(hostKey: server.strangersHostKey))
        #expect(await put("in/a", "x", at: other).outcomeClass == .wrongIdentity)
        #expect(await put("in/a", "x", at: other).outcomeClass == .wrongIdentity)
        #expect(await put("in/a", "x").status == 201)
    }

    @Test func reportsThatThePartnerRefusesOurKey() async throws {
        let outcome = await put("in/a", "x", at: .sftp(server.place(key: "stranger")))
        #expect(outcome.outcomeClass == .wrongIdentity, "\(outcome.reason)")
    }

    @Test func knowsNoDirectories() async {
        #expect(await put("in/a", "x", at: .directory("/tmp")).outcomeClass == .notSent)
        await #expect(throws: PartnerError.self) { try await transport.list("in", at: .directory("/tmp")) }
    }

    @Test func endsReadsThatAreCancelled() async throws {
        let task = Task { [transport, place = here] in
            try await transport.list("in", at: place)
        }
        task.cancel()
        // Cancelled before, during or too late: it returns in any case, and the driver goes on.
        _ = await task.result
        #expect(try await transport.list("in", at: here) == [])
    }
}
