import Foundation
import KuayuEvidence
import KuayuGateway
import KuayuModel
import KuayuTestKit
import Testing

/// Anhui behind a real sshd: its hub works on the folder that the gateway reaches by SFTP.
@Suite(.enabled(if: SSHServer.isAvailable, "sshd is not installed (package openssh-server)"), .timeLimit(.minutes(5)))
struct SFTPTests {
    private let server: SSHServer

    init() throws { server = try SSHServer() }

    private func setup(_ hubs: [String], hostKey: String? = nil) -> TestFederation.Setup {
        let place = server.place(hostKey: hostKey)
        return TestFederation.Setup(hubs: hubs, cases: 3, anhui: .init(folder: place.root, way: place.configuration))
    }

    private static let all = ["310000", "320000", "330000", "340000"]

    // MARK: both ways

    @Test func carriesCasesBothWays() async throws {
        try await TestFederation.with(setup(Self.all)) { federation in
            try await federation.settle(within: .seconds(120))
            try await federation.expectAgreement()
            // Each of the four makes one case for each of the others.
            #expect(try await origins(federation) == ["310000": 3, "320000": 3, "330000": 3, "340000": 3])
            #expect(try await federation.ledgers("340000").found.count == 6)
            try await expectTidyFolders(federation)
            try expectReceiptsForWhatAnhuiSent(federation)
            try expectManifestsForWhatAnhuiGot()
        }
    }

    /// How many cases the store has of each origin.
    private func origins(_ federation: TestFederation) async throws -> [String: Int] {
        let list = try await federation.command(["case", "list", "--json", "--limit", "100"])
        var counts: [String: Int] = [:]
        for line in list.output.split(separator: "\n") {
            let row = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            counts[row?["origin"] as? String ?? "", default: 0] += 1
        }
        return counts
    }

    /// Nothing lies about but acknowledgements, which the hub keeps for a minute.
    private func expectTidyFolders(_ federation: TestFederation) async throws {
        try await eventually("everything is put away", state: "\((try? server.names("in")) ?? [])") {
            let sent = try server.names("out")
            let received = try server.names("in")
            return sent.isEmpty && received.allSatisfy { $0.hasSuffix(".txt.ack") }
        }
    }

    /// Beside each file of Anhui: its `.ok`, the gateway's `.ack` with what is on record, and the signed receipts.
    private func expectReceiptsForWhatAnhuiSent(_ federation: TestFederation) throws {
        let files = try server.names("done").filter { $0.hasPrefix("340000_BJ_") && $0.hasSuffix(".txt") }
        #expect(!files.isEmpty)
        var registered: Set<String> = []
        for file in files {
            #expect(server.read("done/\(file).ok") != nil, "\(file)")
            let ack = try FileAck(text: text("done/\(file).ack"))
            let receipts = try text("done/\(file).rcp").split(separator: "\n").map {
                try federation.verified(String($0))
            }
            #expect(ack.lines.count == receipts.count, "\(file)")
            for (line, receipt) in zip(ack.lines, receipts) {
                guard case .accepted(let message?) = line.answer else {
                    Testing.Issue.record("\(file): \(line)")
                    continue
                }
                #expect(receipt.outcome == .accepted)
                #expect(receipt.sender == .anhui)
                #expect(receipt.messageID == message.messageID)
                #expect(receipt.registration == message.registration)
                registered.insert(message.registration.caseID.text)
            }
        }
        #expect(registered.count == 6, "its own cases and those that it handles")
    }

    /// What the gateway wrote came with an `.ok` that tells what is on record, and each event came once.
    private func expectManifestsForWhatAnhuiGot() throws {
        let files = try server.names("done").filter { $0.hasPrefix("in-340000_BJ_") && $0.hasSuffix(".txt") }
        #expect(!files.isEmpty)
        let registrations = try files.flatMap { file in
            try FileManifest(text: text("done/\(file).ok")).entries.map(\.message.registration)
        }
        let events = registrations.map { "\($0.caseID.text) \($0.version)" }
        #expect(Set(events).count == events.count, "an event was written twice though the server never failed")
        #expect(Set(registrations.map(\.caseID)).count == 6, "its own cases and those that it handles")
    }

    private func text(_ path: String) throws -> String {
        String(decoding: try #require(server.read(path), "\(path) is missing"), as: UTF8.self)
    }

    // MARK: the server goes away

    @Test func catchesUpWithAServerThatWasAway() async throws {
        server.goAway()
        try await TestFederation.with(setup(Self.all)) { federation in
            try await awaitRetries(federation)
            #expect(try await federation.statistics("340000")["received"] == 0)
            try server.comeBack()
            // And again in the middle of it, with connections that are in use.
            for count in 1...3 {
                try await eventually("Anhui is told something", state: await federation.standing()) {
                    (try await federation.statistics("340000")["received"] ?? 0) >= count
                }
                let before = unreadableLooks(federation)
                server.goAway()
                try await eventually("the gateway notices", state: federation.log) {
                    unreadableLooks(federation) > before
                }
                try server.comeBack()
            }
            try await federation.settle(within: .seconds(120))
            try await federation.expectAgreement()
            #expect(try await origins(federation).values.reduce(0, +) == 12)
        }
    }

    private func awaitRetries(_ federation: TestFederation) async throws {
        try await eventually("a delivery is tried again", state: await federation.standing()) {
            try await federation.deliveryCount(["retrying"], hub: "340000") > 0
        }
        try await eventually("the route is given up for a while", state: federation.log) {
            federation.log.contains("route is failing")
        }
    }

    /// How often the gateway said that it cannot look into the folders.
    private func unreadableLooks(_ federation: TestFederation) -> Int {
        let lines = federation.log.split(separator: "\n").filter { $0.contains("the folders of a hub cannot be read") }
        // Whole lines only: the last may still be on its way.
        #expect(lines.dropLast().allSatisfy { $0.contains("reason=") }, "\(lines)")
        return lines.count
    }

    // MARK: somebody else's server

    @Test func tellsNothingToAServerWithAnotherHostKey() async throws {
        let setup = setup(Self.all, hostKey: server.strangersHostKey)
        try await TestFederation.with(setup) { federation in
            try await eventually("the route is known to be wrong, time and again", state: federation.log) {
                wrongRoutes(federation) > 1
            }
            try await expectFault(federation)
            try await expectNothingPassed(federation)
            let (wrong, right) = (server.strangersHostKey, server.hostKey)
            try federation.reconfigure { $0.replacingOccurrences(of: wrong, with: right) }
            try await federation.restartGateway()
            try await federation.settle(within: .seconds(120))
            try await federation.expectAgreement()
            #expect(wrongRoutes(federation) == 0)
            #expect(try await federation.metrics()["kuayu_route_open{hub=\"340000\"}"] == 1)
        }
    }

    private func wrongRoutes(_ federation: TestFederation) -> Int {
        federation.log.split(separator: "\n").count { $0.contains("route is wrong") && $0.contains("340000") }
    }

    /// The operator sees which hub it is and why; the deliveries wait, and no attempt counts against them.
    private func expectFault(_ federation: TestFederation) async throws {
        #expect(try await federation.metrics()["kuayu_route_open{hub=\"340000\"}"] == 0)
        let routes = try await federation.command(["route", "list"])
        let row = routes.output.split(separator: "\n").first { $0.hasPrefix("340000") } ?? ""
        #expect(row.contains("failing") || row.contains("probing"), "\(routes.output)")
        #expect(row.contains("fingerprint"), "\(routes.output)")
        try await eventually("a delivery waits for a better route", state: await federation.standing()) {
            let list = try await federation.command(["delivery", "list", "--hub", "340000", "--json"])
            return try list.output.split(separator: "\n").contains { line in
                let row = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
                return row?["state"] as? String == "waiting" && row?["attempts"] as? Int == 0
                    && (row?["reason"] as? String)?.contains("fingerprint") == true
            }
        }
        #expect(try await federation.deliveryCount(["parked", "rejected", "inDoubt", "delivered"], hub: "340000") == 0)
    }

    /// Not a byte got to the server, nothing of its files was taken, and the other hubs do not suffer.
    private func expectNothingPassed(_ federation: TestFederation) async throws {
        #expect(try server.names("in").isEmpty)
        #expect(try await federation.statistics("340000")["received"] == 0)
        #expect(try server.names("out").allSatisfy { !$0.hasSuffix(".ack") && !$0.hasSuffix(".rcp") })
        #expect(try await origins(federation)["340000"] == nil)
        try await eventually("the others get theirs", state: await federation.standing()) {
            var isTold = true
            for hub in ["310000", "320000", "330000"] {
                isTold = try await federation.deliveryCount(["delivered"], hub: hub) > 0 && isTold
            }
            return isTold
        }
    }
}

extension SFTPPlace {
    /// The place as the configuration says it.
    var configuration: String {
        """
        {sftp: {host: "\(host)", port: \(port), user: "\(user)", privateKey: "\(privateKeyPath)", \
        publicKey: "\(publicKeyPath)", hostKey: "\(hostKeySHA256)", root: "\(root)"}}
        """
    }
}
