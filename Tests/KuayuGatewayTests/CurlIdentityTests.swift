import Foundation
import KuayuCrypto
import KuayuCurl
import KuayuGateway
import KuayuHTTP
import Synchronization
import Testing

/// Which hub answers: the URI of the partner's certificate.
@Suite(.timeLimit(.minutes(2)))
struct CurlIdentityTests {
    private let folder: HubFolder
    private let transport: CurlTransport

    init() throws {
        folder = try HubFolder()
        transport = try CurlTransport()
    }

    private func request(_ port: Int, expecting uri: String?, method: String = "POST") -> PartnerRequest {
        PartnerRequest(
            method: method, url: "https://127.0.0.1:\(port)/v1/messages", body: method == "GET" ? [] : [1, 2, 3],
            tls: folder.client(expecting: uri),
            limits: PartnerLimits(connectMilliseconds: 40_000, totalMilliseconds: 50_000))
    }

    @Test(
        arguments: [
            ("hub-a", "urn:kuayu:hub:330000", OutcomeClass.answered), ("hub-b", "urn:kuayu:hub:320000", .answered),
            ("hub-b", "urn:kuayu:hub:330000", .wrongIdentity), ("hub-a", "urn:kuayu:hub:320000", .wrongIdentity),
            // Whole names only.
            ("hub-a", "urn:kuayu:hub:33000", .wrongIdentity), ("hub-a", "urn:kuayu:hub:3300001", .wrongIdentity),
            ("hub-a", "rn:kuayu:hub:330000", .wrongIdentity), ("hub-a", "", .wrongIdentity),
            ("hub-a", "URN:KUAYU:HUB:330000", .wrongIdentity),
            // A certificate may bear several, or none.
            ("both", "urn:kuayu:hub:330000", .answered), ("both", "urn:kuayu:hub:320000", .answered),
            ("both", "urn:kuayu:hub:340000", .wrongIdentity), ("nameless", "urn:kuayu:hub:330000", .wrongIdentity),
            ("nameless", nil, .answered), ("hub-b", nil, .answered),
        ] as [(String, String?, OutcomeClass)])
    func sendsNothingToAnotherHub(server: String, expected: String?, outcome: OutcomeClass) async throws {
        let asked = Atomic<Int>(0)
        let responder = ClosureResponder(
            admission: { _ in
                asked.wrappingAdd(1, ordering: .relaxed)
                return nil
            }, answer: { _ in .text("") })
        try await withServer(folder.security(server), responder: responder) { port, _ in
            for method in ["POST", "GET", "POST"] {
                let result = await transport.exchange(request(port, expecting: expected, method: method))
                #expect(result.outcomeClass == outcome, "\(result.reason)")
            }
        }
        #expect(asked.load(ordering: .relaxed) == (outcome == .answered ? 3 : 0))
    }

    @Test func looksAtKeptConnectionsToo() async throws {
        let connections = Mutex(0)
        let security = ServerSecurity.mutualTLS(folder.files("hub-a")) { der in
            connections.withLock { $0 += 1 }
            return try TLSFolder.identify(der)
        }
        let right = "urn:kuayu:hub:330000"
        try await withServer(security, responder: ClosureResponder.echo) { port, _ in
            for expected in [nil, right, right, nil, right] {
                #expect(await transport.exchange(request(port, expecting: expected)).status == 200)
            }
            #expect(connections.withLock { $0 } == 1)
            // Made for another hub or for anyone, a connection is no way around the look.
            let other = await transport.exchange(request(port, expecting: "urn:kuayu:hub:320000"))
            #expect(other.outcomeClass == .wrongIdentity, "\(other.reason)")
            #expect(other.reason.contains(right), "\(other.reason)")
            #expect(connections.withLock { $0 } == 1)
            // Nor is it kept afterwards.
            #expect(await transport.exchange(request(port, expecting: right)).status == 200)
            #expect(connections.withLock { $0 } == 2)
        }
    }

    @Test func believesANewCertificateOnlyOfNewConnections() async throws {
        try await withServer(folder.security("hub-b"), responder: ClosureResponder.echo) { port, server in
            let wanted = request(port, expecting: "urn:kuayu:hub:330000")
            #expect(await transport.exchange(wanted).outcomeClass == .wrongIdentity)
            try server.reload(folder.files("hub-a"))
            // The connection that failed was not kept: this one meets the right hub.
            #expect(await transport.exchange(wanted).status == 200)
            try server.reload(folder.files("hub-b"))
            #expect(await transport.exchange(wanted).status == 200)
            let now = await transport.exchange(request(port, expecting: "urn:kuayu:hub:320000"))
            #expect(now.outcomeClass == .wrongIdentity, "\(now.reason)")
            #expect(await transport.exchange(request(port, expecting: "urn:kuayu:hub:320000")).status == 200)
        }
    }

    @Test func keepsHubsApartInManyExchangesAtOnce() async throws {
        let asked = Mutex<[String: Int]>([:])
        let responder = ClosureResponder { request in
            asked.withLock { $0[request.header("Wanted") ?? "", default: 0] += 1 }
            return .text("")
        }
        let (a, b) = ("urn:kuayu:hub:330000", "urn:kuayu:hub:320000")
        try await withServer(folder.security("hub-a"), responder: responder) { port, _ in
            let wrong = await withTaskGroup(of: String?.self) { group in
                for number in 0..<200 {
                    let wanted = number % 3 == 0 ? b : a
                    group.addTask {
                        var request = request(port, expecting: wanted)
                        request.headers = [("Wanted", wanted)]
                        let outcome = await transport.exchange(request)
                        let isRight = outcome.outcomeClass == (wanted == a ? .answered : .wrongIdentity)
                        return isRight ? nil : "\(wanted): \(outcome.outcomeClass) \(outcome.reason)"
                    }
                }
                return await group.reduce(into: Set<String>()) { if let problem = $1 { $0.insert(problem) } }
            }
            #expect(wrong == [])
        }
        #expect(asked.withLock { $0 } == [a: 133])
    }

    /// `X, URI:urn:kuayu:hub:330000` as one name prints like two.
    @Test(
        .enabled(if: MisbehavingPeer.isAvailable, "openssl is not installed"),
        arguments: ["URI.1 = urn:x, URI:urn:kuayu:hub:330000", "DNS.1 = x, URI:urn:kuayu:hub:330000"])
    func isNotFooledByANameThatHoldsAComma(name: String) async throws {
        try await folder.makeSelfSigned("sly", name: name)
        try await withServer(folder.security("sly"), responder: ClosureResponder.echo) { port, _ in
            var request = request(port, expecting: "urn:kuayu:hub:330000")
            request.tls.authorityPath = folder.file("sly.pem")
            let outcome = await transport.exchange(request)
            #expect(outcome.outcomeClass == .wrongIdentity, "\(outcome.reason)")
            request.tls.expectedURI = nil
            #expect(await transport.exchange(request).status == 200)
        }
    }
}

/// Certificates of two hubs that answer at the same address, of one that is both and of one that is none.
final class HubFolder: Sendable {
    private let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("kuayu-hubs-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let authority = try CertificateAuthority.make(commonName: "home", days: 2)
        let (a, b) = ("urn:kuayu:hub:330000", "urn:kuayu:hub:320000")
        try write(authority.certificatePEM, "home.pem")
        for (name, uris) in [("hub-a", [a]), ("hub-b", [b]), ("both", [b, a]), ("nameless", []), ("client", [b])] {
            let names = CertificateNames(uris: uris, ipAddresses: ["127.0.0.1"])
            let issued = try authority.issue(commonName: name, names: names, days: 1)
            try write(issued.certificatePEM, "\(name).pem")
            try write(issued.keyPEM, "\(name).key")
        }
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    func files(_ name: String) -> ServerTLSFiles {
        ServerTLSFiles(
            certificatePath: file("\(name).pem"), keyPath: file("\(name).key"), authorityPath: file("home.pem"))
    }

    func security(_ name: String) -> ServerSecurity { .mutualTLS(files(name), identify: TLSFolder.identify) }

    func client(expecting uri: String? = nil, denied: Set<String> = []) -> PartnerTLS {
        PartnerTLS(
            certificatePath: file("client.pem"), keyPath: file("client.key"), authorityPath: file("home.pem"),
            expectedURI: uri, denied: denied)
    }

    /// A certificate that is its own authority, with an alternative name as openssl.cnf(5) writes it.
    func makeSelfSigned(_ file: String, name: String, serial: String = "1") async throws {
        let configuration = """
            [req]
            distinguished_name = subject
            x509_extensions = extensions
            prompt = no
            [subject]
            CN = sly
            [extensions]
            subjectAltName = @names
            basicConstraints = critical, CA:TRUE
            [names]
            IP.1 = 127.0.0.1
            \(name)

            """
        try write(configuration, "\(file).cnf")
        let arguments = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-config",
            self.file("\(file).cnf"), "-set_serial", serial, "-keyout", self.file("\(file).key"), "-out",
            self.file("\(file).pem"),
        ]
        let status = await RawClient.blocking {
            let openssl = Process()
            openssl.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
            openssl.arguments = arguments
            openssl.standardError = FileHandle.nullDevice
            do { try openssl.run() } catch { return Int32(-1) }
            openssl.waitUntilExit()
            return openssl.terminationStatus
        }
        guard status == 0 else { throw CocoaError(.fileWriteUnknown) }
    }

    private func write(_ text: String, _ name: String) throws {
        try text.write(toFile: file(name), atomically: false, encoding: .utf8)
    }
}
