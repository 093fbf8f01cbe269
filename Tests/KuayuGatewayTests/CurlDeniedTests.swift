import Foundation
import KuayuCrypto
import KuayuCurl
import KuayuGateway
import KuayuHTTP
import KuayuModel
import Synchronization
import Testing

/// Partners whose certificate is denied by its serial number.
@Suite(.timeLimit(.minutes(2)))
struct CurlDeniedTests {
    private let folder: HubFolder
    private let transport: CurlTransport

    init() throws {
        folder = try HubFolder()
        transport = try CurlTransport()
    }

    private func pem(_ name: String) throws -> String {
        try String(contentsOfFile: folder.file("\(name).pem"), encoding: .utf8)
    }

    private func serials(_ names: [String]) throws -> Set<String> {
        Set(try names.map { try CertificateSummary(pem: pem($0)).serial })
    }

    private func request(_ port: Int, expecting uri: String?, denied: [String], method: String = "POST") throws
        -> PartnerRequest
    {
        PartnerRequest(
            method: method, url: "https://127.0.0.1:\(port)/v1/messages", body: method == "GET" ? [] : [1, 2, 3],
            tls: folder.client(expecting: uri, denied: try serials(denied)),
            limits: PartnerLimits(connectMilliseconds: 40_000, totalMilliseconds: 50_000))
    }

    // MARK: whom requests reach

    @Test(
        arguments: [
            ("urn:kuayu:hub:330000", [], OutcomeClass.answered), ("urn:kuayu:hub:330000", ["hub-b"], .answered),
            ("urn:kuayu:hub:330000", ["hub-a"], .wrongIdentity),
            ("urn:kuayu:hub:330000", ["hub-b", "hub-a"], .wrongIdentity), (nil, ["hub-a"], .wrongIdentity),
            // Our own certificate is no partner's, nor is the authority's.
            (nil, ["client", "home"], .answered),
        ] as [(String?, [String], OutcomeClass)])
    func sendsNothingToADeniedCertificate(expected: String?, denied: [String], outcome: OutcomeClass) async throws {
        let asked = Atomic<Int>(0)
        let responder = ClosureResponder(
            admission: { _ in
                asked.wrappingAdd(1, ordering: .relaxed)
                return nil
            }, answer: { _ in .text("") })
        let serial = try CertificateSummary(pem: pem("hub-a")).serial
        try await withServer(folder.security("hub-a"), responder: responder) { port, _ in
            for method in ["POST", "GET", "POST"] {
                let result = await transport.exchange(
                    try request(port, expecting: expected, denied: denied, method: method))
                #expect(result.outcomeClass == outcome, "\(result.reason)")
                #expect(outcome == .answered || result.reason == "the partner's certificate \(serial) is denied")
            }
        }
        #expect(asked.load(ordering: .relaxed) == (outcome == .answered ? 3 : 0))
    }

    @Test(arguments: ["urn:kuayu:hub:330000", nil])
    func looksAtKeptConnectionsToo(expected: String?) async throws {
        let connections = Mutex(0)
        let security = ServerSecurity.mutualTLS(folder.files("hub-a")) { der in
            connections.withLock { $0 += 1 }
            return try TLSFolder.identify(der)
        }
        try await withServer(security, responder: ClosureResponder.echo) { port, _ in
            for denied in [[], ["hub-b"], []] {
                #expect(await transport.exchange(try request(port, expecting: expected, denied: denied)).status == 200)
            }
            let denied = await transport.exchange(try request(port, expecting: expected, denied: ["hub-a"]))
            #expect(denied.outcomeClass == .wrongIdentity, "\(denied.reason)")
            #expect(connections.withLock { $0 } == 1)
            // The connection is not kept afterwards.
            #expect(await transport.exchange(try request(port, expecting: expected, denied: [])).status == 200)
            #expect(connections.withLock { $0 } == 2)
        }
    }

    // MARK: the number in the certificate

    /// Content octets of the number (ITU-T X.690, 8.3) and what is to be read.
    private static let numbers: [(content: String, serial: String?)] = [
        ("05", "05"), ("7f", "7f"), ("4f2a", "4f2a"),
        // A zero stands before what would else be negative.
        ("0080", "80"), ("00c30102", "c30102"),
        // The longest that RFC 5280 allows, and far beyond it.
        ("7f" + String(repeating: "0a", count: 19), "7f" + String(repeating: "0a", count: 19)),
        ("00ff" + String(repeating: "00", count: 18), "ff" + String(repeating: "00", count: 18)),
        (String(repeating: "1b", count: 300), String(repeating: "1b", count: 300)),
        // What no authority should give out.
        ("00", "00"), ("fb", "05"), ("80", "80"), ("ff00", "0100"), ("", nil),
    ]

    @Test(arguments: numbers, [true, false])
    func readsTheSerialNumber(number: (content: String, serial: String?), hasVersion: Bool) throws {
        let version = hasVersion ? DER.element(0xA0, DER.element(0x02, [2])) : []
        let integer = DER.element(0x02, try #require(HexText.decode(number.content)))
        let certificate = DER.certificate(version + integer + DER.element(0x30, []))
        #expect(LeafCertificate(pem: DER.pem(certificate)).serial == number.serial)
    }

    @Test(arguments: [
        ("no number", DER.certificate(DER.element(0x30, []))),
        ("a number in another place", DER.certificate(DER.element(0x30, []) + DER.element(0x02, [5]))),
        ("no certificate", DER.element(0x02, [5])), ("nothing", []),
        ("cut off", DER.certificate(DER.element(0x02, [5]) + [0x30, 0x05, 0x00])),
    ])
    func readsNoSerialNumber(what: String, bytes: [UInt8]) {
        #expect(LeafCertificate(pem: DER.pem(bytes)).serial == nil, "\(what)")
    }

    /// The number is the one that `kuayu certs show` prints and that is compared when hubs connect.
    @Test(
        .enabled(if: MisbehavingPeer.isAvailable, "openssl is not installed"),
        arguments: ["5", "0x80", "0xc301", "0x7f" + String(repeating: "00", count: 19), "-5"])
    func readsTheNumberThatOthersPrint(serial: String) async throws {
        try await folder.makeSelfSigned("numbered", name: "DNS.1 = numbered", serial: serial)
        let text = try pem("numbered")
        #expect(LeafCertificate(pem: text).serial == (try CertificateSummary(pem: text)).serial)
    }
}

/// Writes elements of definite length (ITU-T X.690, 8.1).
private enum DER {
    static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        let count = content.count
        let low = UInt8(truncatingIfNeeded: count)
        let length = count < 128 ? [low] : [0x82, UInt8(truncatingIfNeeded: count >> 8), low]
        return [tag] + length + content
    }

    /// A certificate whose signed part has these fields.
    static func certificate(_ fields: [UInt8]) -> [UInt8] { element(0x30, element(0x30, fields)) }

    static func pem(_ bytes: [UInt8]) -> String {
        let text = Data(bytes).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
        return "-----BEGIN CERTIFICATE-----\n\(text)\n-----END CERTIFICATE-----\n"
    }
}
