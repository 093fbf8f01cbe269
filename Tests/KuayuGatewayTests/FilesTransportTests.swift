import Foundation
import KuayuFiles
import KuayuGateway
import Testing

@Suite final class FilesTransportTests {
    private let root: String
    private let transport = DirectoryTransport()

    private var place: PartnerPlace { .directory(root) }

    init() throws {
        root = FileManager.default.temporaryDirectory.appendingPathComponent("kuayu-files-\(UUID().uuidString)").path
        for folder in ["in", "out"] {
            try FileManager.default.createDirectory(atPath: "\(root)/\(folder)", withIntermediateDirectories: true)
        }
    }

    deinit {
        try? FileManager.default.removeItem(atPath: root)
    }

    private func put(_ path: String, _ text: String, at place: PartnerPlace? = nil) async -> PartnerOutcome {
        await withCheckedContinuation { continuation in
            transport.put(PartnerFile(path: path, bytes: Array(text.utf8)), at: place ?? self.place) {
                continuation.resume(returning: $0)
            }
        }
    }

    @Test(arguments: ["a.txt", "with blank", "340000_BJ_办件.txt"])
    func writesReplacesReadsAndMoves(name: String) async throws {
        #expect(await put("in/\(name)", "first").status == 201)
        #expect(await put("in/\(name)", "second").status == 201)
        #expect(try await transport.list("in", at: place) == [name])
        #expect(try await transport.fetch("in/\(name)", at: place, limitBytes: 6) == Array("second".utf8))
        try await transport.move("in/\(name)", to: "out/\(name)", at: place)
        #expect(try await transport.list("in", at: place) == [])
        #expect(try await transport.list("out/", at: place) == [name])
        // Nothing temporary stays behind.
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(root)/in") == [])
    }

    @Test func listsRegularFilesSortedWithoutDotNames() async throws {
        for name in ["b", "a", ".c.part", ".hidden"] {
            try "x".write(toFile: "\(root)/in/\(name)", atomically: false, encoding: .utf8)
        }
        try FileManager.default.createDirectory(atPath: "\(root)/in/folder", withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: "\(root)/in/link", withDestinationPath: "a")
        #expect(try await transport.list("in", at: place) == ["a", "b"])
        #expect(try await transport.list("", at: place) == [])
    }

    @Test(arguments: [(0, "", true), (0, "x", false), (4, "1234", true), (4, "12345", false), (Int.max, "x", true)])
    func readsUpToTheLimit(limit: Int, text: String, isRead: Bool) async throws {
        #expect(await put("in/a", text).status == 201)
        if isRead {
            #expect(try await transport.fetch("in/a", at: place, limitBytes: limit) == Array(text.utf8))
        } else {
            await #expect(throws: PartnerError.tooLarge(limitBytes: limit)) {
                try await transport.fetch("in/a", at: place, limitBytes: limit)
            }
        }
    }

    @Test(arguments: ["", "/etc/passwd", "..", "../a", "in/../../a", "in/./a", "in//a", "in/", "in/a\0b", "in/a\nb"])
    func refusesPathsThatLeaveTheRoot(path: String) async {
        #expect(await put(path, "x").outcomeClass == .notSent)
        await #expect(throws: PartnerError.self) { try await transport.fetch(path, at: place, limitBytes: 10) }
        await #expect(throws: PartnerError.self) { try await transport.move("in/a", to: path, at: place) }
    }

    @Test(arguments: ["..", "/", "in/.."])
    func refusesFoldersThatLeaveTheRoot(folder: String) async {
        await #expect(throws: PartnerError.self) { try await transport.list(folder, at: place) }
    }

    @Test func namesWhatIsMissing() async {
        await expectNotFound { _ = try await transport.fetch("in/none", at: place, limitBytes: 10) }
        await expectNotFound { _ = try await transport.list("none", at: place) }
        await expectNotFound { try await transport.move("in/none", to: "out/none", at: place) }
        await expectNotFound { _ = try await transport.fetch("in", at: place, limitBytes: 10) }
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

    @Test func doesNotFollowALinkOutOfTheRoot() async throws {
        try FileManager.default.createSymbolicLink(atPath: "\(root)/in/link", withDestinationPath: "/etc/hostname")
        await #expect(throws: PartnerError.self) {
            try await transport.fetch("in/link", at: place, limitBytes: 1_000)
        }
    }

    @Test func speaksNoHTTPAndKnowsNoServers() async {
        let tls = PartnerTLS(certificatePath: "", keyPath: "", authorityPath: "")
        let outcome = await withCheckedContinuation { continuation in
            transport.exchange(PartnerRequest(method: "GET", url: "https://a/", tls: tls)) {
                continuation.resume(returning: $0)
            }
        }
        #expect(outcome.outcomeClass == .notSent)
        let server = PartnerPlace.sftp(
            SFTPPlace(
                host: "a", port: 22, user: "a", privateKeyPath: "", publicKeyPath: "", hostKeySHA256: "", root: "/"))
        #expect(await put("in/a", "x", at: server).outcomeClass == .notSent)
    }
}
