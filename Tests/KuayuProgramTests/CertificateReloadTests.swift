import Foundation
import KuayuCrypto
import KuayuGateway
import Testing

/// Certificates that change while the gateway serves.
@Suite(.timeLimit(.minutes(5))) struct CertificateReloadTests {
    @Test func showsARenewedCertificateToNewConnectionsAndKeepsTheOldOnes() async throws {
        try await TestFederation.with { federation in
            let old = try serial(of: federation.certificates + "/gateway.pem")
            let held = try await open(federation)
            #expect(try await held.get("/healthz").status == 200)
            #expect(try await held.serverCertificate().serial == old)
            let new = try renew(federation)
            #expect(new != old)
            try await eventually("new connections see the new certificate", state: federation.log) {
                try await shownSerial(federation) == new
            }
            // The connection from before still works, with the handshake it had.
            let sample = try Sample.bytes("320000", "01-new-person.xml")
            #expect(try await federation.hand(sample, as: "320000", key: "renewed").status == 202)
            #expect(try await held.get("/v1/messages/renewed").status == 200)
            #expect(try await held.serverCertificate().serial == old)
            held.close()
            #expect(federation.log.contains("certificates were loaded anew"))
            #expect(federation.gateway?.code == nil)
        }
    }

    @Test(arguments: ["no certificate", "a key of another", "no file"])
    func keepsTheCertificateItHasWhileTheNewFilesCannotBeUsed(_ fault: String) async throws {
        try await TestFederation.with { federation in
            let old = try serial(of: federation.certificates + "/gateway.pem")
            switch fault {
            case "no certificate": try federation.folder.write("-----BEGIN NONSENSE-----\n", "certs/gateway.pem")
            case "a key of another":
                let other = try Data(contentsOf: URL(fileURLWithPath: federation.certificates + "/hub-110000.key.pem"))
                try federation.folder.write(String(decoding: other, as: UTF8.self), "certs/gateway.key.pem")
            default: try FileManager.default.removeItem(atPath: federation.certificates + "/gateway.pem")
            }
            try await eventually("the gateway complains", state: federation.log) {
                federation.log.contains("changed certificates cannot be used; the old ones stay")
            }
            #expect(try await shownSerial(federation) == old)
            let new = try renew(federation)
            try await eventually("the mended files are taken", state: federation.log) {
                try await shownSerial(federation) == new
            }
        }
    }

    /// How a federation changes its authority: for a while both count.
    @Test func believesASecondAuthorityOnceItsFileHasIt() async throws {
        try await TestFederation.with { federation in
            let foreign = federation.folder.file("foreign")
            for arguments in [["certs", "init"], ["certs", "issue", "320000"]] {
                #expect(try await Program.run(arguments + ["--folder", foreign]).code == 0)
            }
            if case .answered = await federation.attempt(
                "GET", "/healthz", as: "320000", certificates: foreign)
            {
                Issue.record("a foreign authority was believed")
            }
            let both = try ["certs", "foreign"].map { folder in
                try String(contentsOfFile: federation.folder.file("\(folder)/authority.pem"), encoding: .utf8)
            }
            try federation.folder.write(both.joined(), "certs/authority.pem")
            try await eventually("hubs of both authorities are let in", state: federation.log) {
                if case .answered(200, _, _) = await federation.attempt(
                    "GET", "/healthz", as: "320000", certificates: foreign)
                {
                    return true
                }
                return false
            }
            #expect(try await federation.get("/healthz", as: "320000").status == 200)
        }
    }

    // MARK: denied certificates

    /// Spellings of a serial number, as various tools print it.
    @Test(arguments: ["as kuayu prints it", "upper case", "colons", "a leading zero"])
    func turnsAwayADeniedCertificateAfterARestart(_ spelling: String) async throws {
        try await TestFederation.with { federation in
            #expect(try await federation.get("/v1/federation", as: "320000").status == 200)
            let serial = try serial(of: federation.certificates + "/hub-320000.pem")
            try federation.reconfigure { $0 + "denied: [\"\(spelled(serial, spelling))\"]\n" }
            #expect(try await federation.command(["config", "check"]).code == 0)
            try await federation.restartGateway()
            // The body is announced and never sent: the answer must not wait for it.
            let head = "POST /v1/messages HTTP/1.1\r\nHost: gateway\r\nContent-Length: 1000000\r\n\r\n"
            let answer = try await RawClient.exchange(
                port: federation.port, certificates: federation.certificates, as: "hub-320000", send: Array(head.utf8))
            #expect(answer.message?.status == 403)
            let text = answer.message.map { String(decoding: $0.body, as: UTF8.self) } ?? ""
            #expect(text.contains("urn:kuayu:problem:not-a-hub"))
            for path in ["/v1/federation", "/v1/messages/any", "/healthz", "/metrics"] {
                #expect(try await federation.get(path, as: "320000").status == 403, "\(path)")
            }
            #expect(try await federation.get("/v1/federation", as: "330000").status == 200)
            try await expectReissued(federation)
        }
    }

    /// The hub itself is welcome with another certificate, at once.
    private func expectReissued(_ federation: TestFederation) async throws {
        let arguments = ["certs", "issue", "320000", "--folder", federation.certificates]
        #expect(try await Program.run(arguments).code == 0)
        let health = Array("GET /healthz HTTP/1.1\r\nHost: gateway\r\n\r\n".utf8)
        let answer = try await RawClient.exchange(
            port: federation.port, certificates: federation.certificates, as: "hub-320000", send: health)
        #expect(answer.message?.status == 200)
    }

    /// The gateway turns its back on a hub with such a certificate too, and goes on when it is believed again.
    @Test func sendsNothingToADeniedCertificate() async throws {
        try await TestFederation.with(TestFederation.Setup(hubs: ["320000"])) { federation in
            let serial = try serial(of: federation.certificates + "/hub-320000.pem")
            let line = "denied: [\"\(serial)\"]\n"
            try federation.reconfigure { $0 + line }
            try await federation.restartGateway()
            let sample = try Sample.bytes("330000", "13-library-shared.json")
            #expect(try await federation.hand(sample, as: "330000", key: "denied").status == 202)
            try await eventually("the gateway refuses the hub", state: federation.log) {
                federation.log.contains("route is wrong")
            }
            let alert = federation.log.split(separator: "\n").first { $0.contains("route is wrong") } ?? ""
            #expect(alert.contains("320000") && alert.contains(serial) && alert.contains("denied"), "\(alert)")
            #expect(try await federation.statistics("320000")["received"] == 0)
            #expect(try await federation.deliveryCount(["delivered"]) == 0)
            try federation.reconfigure { $0.replacing(line, with: "") }
            try await federation.restartGateway()
            try await eventually("the case is delivered", state: federation.log) {
                try await federation.deliveryCount(["delivered"], hub: "320000") == 1
            }
        }
    }

    @Test(arguments: ["[\"4F2G\"]", "[\"\"]", "4F2A", "[\":\"]", "[\"00\"]"])
    func complainsOfWhatIsNoSerialNumber(_ value: String) async throws {
        let folder = try TemporaryFolder()
        try folder.write("denied: \(value)\n", "kuayu.yaml")
        let result = try await Program.run(["config", "check"], in: folder.path)
        #expect(result.code == 2)
        #expect(result.output.hasPrefix("kuayu.yaml:1:"), "\(result.output)")
        #expect(result.output.contains(": error: denied: "), "\(result.output)")
    }

    // MARK: helpers

    private func open(_ federation: TestFederation) async throws -> HeldConnection {
        try await HeldConnection.open(
            port: federation.port, certificates: federation.certificates, as: "hub-320000")
    }

    /// The serial number of the certificate that a new connection is shown.
    private func shownSerial(_ federation: TestFederation) async throws -> String {
        let connection = try await open(federation)
        defer { connection.close() }
        #expect(try await connection.get("/healthz").status == 200)
        return try await connection.serverCertificate().serial
    }

    private func serial(of path: String) throws -> String {
        try CertificateSummary(pem: String(contentsOfFile: path, encoding: .utf8)).serial
    }

    private func spelled(_ serial: String, _ spelling: String) -> String {
        switch spelling {
        case "upper case": return serial.uppercased()
        case "a leading zero": return "00:" + serial
        case "colons":
            let digits = Array(serial.uppercased())
            return stride(from: 0, to: digits.count, by: 2)
                .map { String(digits[$0..<min($0 + 2, digits.count)]) }.joined(separator: ":")
        default: return serial
        }
    }

    /// Gives the gateway another certificate of the same authority; returns its serial number.
    private func renew(_ federation: TestFederation) throws -> String {
        let folder = federation.certificates
        let authority = try CertificateAuthority(
            certificatePEM: String(contentsOfFile: folder + "/authority.pem", encoding: .utf8),
            keyPEM: String(contentsOfFile: folder + "/authority.key.pem", encoding: .utf8))
        let names = CertificateNames(uris: ["urn:kuayu:gateway"], dnsNames: ["localhost"], ipAddresses: ["127.0.0.1"])
        let issued = try authority.issue(commonName: "kuayu gateway", names: names, days: 30)
        try federation.folder.write(issued.keyPEM, "certs/gateway.key.pem")
        try federation.folder.write(issued.certificatePEM, "certs/gateway.pem")
        return try CertificateSummary(pem: issued.certificatePEM).serial
    }
}
