import Foundation
import KuayuCrypto
import KuayuCurl
import KuayuEvidence
import KuayuGateway
import KuayuHubs
import KuayuModel
import KuayuReconcile
import Testing

/// What running hubs answer in reconciliation over mutual TLS, and the agent.
@Suite(.timeLimit(.minutes(5))) struct HubReconServerTests {
    /// Asks a hub with the gateway's certificate, or another one.
    private static func ask(
        _ federation: TestFederation, _ port: Int, _ method: String, _ path: String, _ body: [UInt8] = [],
        as name: String = "gateway"
    ) async throws -> Reply {
        let folder = federation.certificates
        let outcome = await federation.transport.exchange(
            PartnerRequest(
                method: method, url: "https://127.0.0.1:\(port)\(path)", headers: [], body: body,
                tls: PartnerTLS(
                    certificatePath: "\(folder)/\(name).pem", keyPath: "\(folder)/\(name).key.pem",
                    authorityPath: "\(folder)/authority.pem")))
        guard case .answered(let status, let headers, let body) = outcome else {
            throw NoReply(description: "\(outcome)")
        }
        return Reply(status: status, headers: headers, body: body)
    }

    private static func rows(_ federation: TestFederation, _ port: Int, _ lane: Lane) async throws -> [HubRow] {
        let meta = try HubMeta(decoding: await ask(federation, port, "GET", "/recon/v1/meta").body)
        let query = RowsQuery(lane: lane, snapshot: meta.snapshot, selection: ReconHub.whole)
        let reply = try await ask(federation, port, "POST", "/recon/v1/rows", query.encoded())
        let rows = try RowsAnswer(decoding: reply.body).verified(SHA256())
        #expect(meta[lane].total == ReconHub.total(rows))
        return rows
    }

    /// A row as the gateway's ledger writes it.
    private static func line(_ row: HubRow) -> String {
        let element = row.element
        return [
            element.caseID, String(element.registeredAt), String(element.version), element.status,
            element.contentDigest, element.nonce,
        ].joined(separator: ",")
    }

    @Test func hubsTellTheGatewayTheLedgerThatItKeepsOfThem() async throws {
        let setup = TestFederation.Setup(hubs: ["310000", "320000", "330000", "340000"], cases: 3)
        try await TestFederation.with(setup) { federation in
            try await federation.settle(within: .seconds(120))
            for region in ["310000", "320000", "330000"] {
                let port = try federation.hub(region).main
                var found: [String] = []
                for lane in Lane.allCases {
                    let rows = try await Self.rows(federation, port, lane)
                    #expect(!rows.isEmpty)
                    found += rows.map(Self.line)
                }
                #expect(found.sorted() == (try await federation.ledgers(region)).expected, "\(region)")
                let other = try await Self.ask(federation, port, "GET", "/recon/v1/meta", as: "hub-340000")
                #expect(other.status == 403)
            }
            try await Self.receiptsHold(federation)
            try await Self.faultsShow(federation)
            try await Self.filesLie(federation)
        }
    }

    /// The case with the last receipt, also after the receipt was damaged.
    private static func receiptsHold(_ federation: TestFederation) async throws {
        for region in ["310000", "320000", "330000"] {
            let hub = try federation.hub(region)
            let row = try #require(try await rows(federation, hub.main, .out).first)
            let path = "/recon/v1/cases/\(row.element.caseID)"
            let reply = try await ask(federation, hub.main, "GET", path)
            let text = try #require(reply.header(ReceiptHeader.name))
            #expect(try federation.verified(text).registration?.caseID.text == row.element.caseID)
            let fault = "badreceipt?case=\(row.element.caseID)"
            #expect(try await Loopback.post("/control/fault/\(fault)", port: hub.control).status == 200)
            let damaged = try #require(try await ask(federation, hub.main, "GET", path).header(ReceiptHeader.name))
            #expect(throws: (any Error).self) { try federation.verified(damaged) }
        }
    }

    private static func faultsShow(_ federation: TestFederation) async throws {
        let hub = try federation.hub("330000")
        let before = try await rows(federation, hub.main, .in)
        let answer = try await Loopback.post("/control/fault/lose", port: hub.control)
        let id = try #require(answer.body.split(separator: " ").first.map(String.init))
        let after = try await rows(federation, hub.main, .in)
        #expect(before.filter { row in !after.contains(row) }.map(\.element.caseID) == [id])
        #expect(try await Loopback.post("/control/correct?case=\(id)", port: hub.control).body == id + "\n")
        #expect(try await rows(federation, hub.main, .in) == before)
    }

    private static func filesLie(_ federation: TestFederation) async throws {
        let names = try await Loopback.post("/control/feed", port: federation.hub("340000").control).body
            .split(separator: "\n").map(String.init)
        #expect(names.compactMap { FeedName($0)?.lane } == [.in, .out])
        for name in names {
            let file = try federation.folder.read("anhui/out/" + name)
            let manifest = try FeedManifest.decode(try federation.folder.read("anhui/out/\(name).manifest.json"))
            #expect(manifest.digest == FeedManifest.digestText(SHA256.digest(file)))
            #expect(manifest.total.count > 0)
        }
    }

    @Test func theAgentServesAFileToTheGatewayOnly() async throws {
        try await TestFederation.with { federation in
            try federation.folder.write(
                "lane,case_id,registered_at,version,status,content_digest,nonce\n"
                    + "out,CSJ202611240100002,1795485601,1,submitted,-,n2\n", "ledger.csv")
            let agent = try ProgramProcess(
                Program.executable(),
                [
                    "recon", "agent", "330000", "--certs", federation.certificates, "--csv",
                    federation.folder.file("ledger.csv"), "--until-parent-ends",
                ], name: "agent", folder: federation.folder.path)
            defer { agent.send(SIGKILL) }
            try await eventually("the agent is ready", state: agent.errors) { agent.output.contains("ready ") }
            let port = try #require(agent.output.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }.first)
            let rows = try await Self.rows(federation, port, .out)
            #expect(rows.map(Self.line) == ["CSJ202611240100002,1795485601,1,submitted,-,n2"])
            #expect(try await Self.ask(federation, port, "GET", "/recon/v1/meta", as: "hub-330000").status == 403)
        }
    }
}
