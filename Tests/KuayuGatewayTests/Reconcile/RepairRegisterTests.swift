import KuayuAdapters
import KuayuCrypto
import KuayuEngine
import KuayuEvidence
import KuayuGateway
import KuayuModel
import KuayuReconcile
import KuayuTestKit
import Testing

/// What a hub has and the gateway's ledger has not is taken in where history or a receipt of ours says so, and nowhere
/// else.
@Suite struct RepairRegisterTests {
    // MARK: out of the history

    /// A case whose delivery to Zhejiang is not known to have arrived, and the row that Zhejiang has of it.
    private func bench() async throws -> (bench: RepairGatewayBench, id: CaseID, row: LedgerElement) {
        let bench = try RepairGatewayBench()
        let id = try await bench.register().id
        return (bench, id, try bench.element(id, version: 1, .zhejiang))
    }

    private func step(_ id: CaseID, _ row: LedgerElement, lane: Lane = .in) -> RepairStep {
        RepairGatewayBench.step(id, .register, lane: lane, expected: nil, found: [row])
    }

    @Test func aRowThatIsAPieceOfTheHistoryIsTaken() async throws {
        let (bench, id, row) = try await bench()
        #expect(try bench.expected(id, .zhejiang) == nil)
        #expect(try await bench.carryOut(step(id, row)) == .done)
        #expect(try bench.expected(id, .zhejiang) == row)
        #expect(bench.store.audits.map(\.action) == ["register"] && bench.store.audits.map(\.subject) == [id.text])
        #expect(try await bench.carryOut(step(id, row)) == .already)
        #expect(bench.store.audits.count == 1)
    }

    @Test func contentThatTheHubCannotSayIsNotHeldAgainstIt() async throws {
        let (bench, id, known) = try await bench()
        var row = known
        let ours = row
        row.contentDigest = "-"
        #expect(try await bench.carryOut(step(id, row)) == .done)
        #expect(try bench.expected(id, .zhejiang) == ours)
    }

    @Test(arguments: ["status", "nonce", "time", "content", "version"])
    func aRowThatIsNoneIsLeftToPersons(change: String) async throws {
        let (bench, id, known) = try await bench()
        var row = known
        switch change {
        case "status": row.status = "decided"
        case "nonce": row.nonce = "00"
        case "time": row.registeredAt += 1
        case "content": row.contentDigest = "sha256:" + String(repeating: "0", count: 64)
        default: row.version = 0
        }
        guard case .askRegion = try await bench.carryOut(step(id, row)) else {
            Issue.record("\(change) was not noticed")
            return
        }
        #expect(try bench.expected(id, .zhejiang) == nil)
        #expect(bench.store.audits.isEmpty)
    }

    @Test func aHubThatTakesNoPartIsNotGivenOne() async throws {
        let (bench, id, _) = try await bench()
        let row = try bench.element(id, version: 1, .jiangsu)
        let outcome = try await bench.carryOut(step(id, row), at: .jiangsu)
        #expect(outcome == .askRegion("the hub takes no part in the case"))
    }

    @Test func aLedgerThatHasARowByNowIsLeft() async throws {
        let (bench, id, row) = try await bench()
        try bench.settle()
        var other = row
        other.status = "decided"
        #expect(try await bench.carryOut(step(id, other)) == .stale("the gateway's ledger has moved on"))
    }

    @Test func twoRowsAreForPersons() async throws {
        let (bench, id, row) = try await bench()
        var step = step(id, row)
        step.found.append(HubRow(element: row))
        #expect(try await bench.carryOut(step) == .askRegion("the hub has more than one row of the case"))
    }

    // MARK: a lost case

    /// A gateway that has lost a case which Shanghai registered; Shanghai shows its document and the receipt.
    private func lost(
        receipt change: (String) -> String? = { $0 }, document: ((CaseID) throws -> [UInt8])? = nil
    ) async throws -> (bench: RepairGatewayBench, id: CaseID, row: LedgerElement, receipt: String) {
        let before = try RepairGatewayBench()
        let (id, receipt) = try await before.register()
        let registration = try #require(ReceiptJWS.unverified(receipt)?.registration)
        let bench = try RepairGatewayBench(key: before.key)
        var headers = [(name: CaseHeader.name, value: try CaseHeader.write([registration]))]
        if let shown = change(receipt) { headers.append((ReceiptHeader.name, ReceiptHeader.write([shown]))) }
        bench.transport.say(id, 200, headers, try document?(id) ?? RepairGatewayBench.document(1))
        let row = LedgerElement(
            caseID: id.text, version: registration.version, status: registration.status.rawValue,
            contentDigest: registration.contentText, nonce: registration.nonce,
            registeredAt: Int64(registration.at))
        return (bench, id, row, receipt)
    }

    @Test func aLostCaseComesBackAsItWas() async throws {
        let (bench, id, row, receipt) = try await lost()
        #expect(try await bench.carryOut(step(id, row, lane: .out), at: .shanghai) == .done)
        let event = try #require(try bench.store.read { try $0.caseInForce(id) })
        #expect(event.head.nonce == row.nonce && event.head.origin == .shanghai && event.kind == .registered)
        #expect(event.head.registeredAt.epochSeconds == row.registeredAt && event.author == .shanghai)
        #expect(try bench.expected(id, .shanghai) == row)
        let record = try #require(CaseDocument.decode(event.canonical).record)
        #expect(record[.caseID] == id.text && record[.handling].first?[.handlingDivision] == "330106")
        // A repeat of the message that registered it gets its receipt, byte for byte.
        let payload = IntakePayload(sender: .shanghai, bytes: try RepairGatewayBench.document(1), key: "S1")
        guard case .cases(let cases, _) = await bench.gateway.take(payload) else {
            Issue.record("the repeat was not read")
            return
        }
        #expect(cases.first?.answer == .duplicate && cases.first?.receipt == receipt)
        // Its number is not given to another case.
        let next = try await bench.register(2).id
        #expect(next.date == id.date && next.sequence == id.sequence + 1)
        #expect(bench.store.audits.map(\.action).sorted() == ["reserve", "restore"])
    }

    @Test func twiceIsAsOnce() async throws {
        let (bench, id, row, _) = try await lost()
        #expect(try await bench.carryOut(step(id, row, lane: .out), at: .shanghai) == .done)
        #expect(try await bench.carryOut(step(id, row, lane: .out), at: .shanghai) == .already)
        let again = try bench.restarted()
        #expect(try await again.carryOut(step(id, row, lane: .out), at: .shanghai) == .already)
        #expect(try again.store.read { try $0.events(id) }.count == 1)
        #expect(try await again.register(2).id.sequence == id.sequence + 1)
    }

    @Test(arguments: ["none", "signature", "key", "other case"])
    func withoutAReceiptOfOursNothingComesBack(what: String) async throws {
        let other = try await RepairGatewayBench().register().receipt
        let (bench, id, row, _) = try await lost { receipt in
            switch what {
            case "none": return nil
            case "signature":
                let parts = receipt.split(separator: ".")
                return "\(parts[0]).\(parts[1]).\(String(parts[2].reversed()))"
            default: return other
            }
        }
        guard case .askRegion = try await bench.carryOut(step(id, row, lane: .out), at: .shanghai) else {
            Issue.record("a case came back without a receipt")
            return
        }
        #expect(try bench.store.read { try $0.caseInForce(id) } == nil)
    }

    @Test(arguments: ["nonce", "time", "status", "version"])
    func theRowMustBeWhatTheReceiptSays(change: String) async throws {
        let (bench, id, known, _) = try await lost()
        var row = known
        switch change {
        case "nonce": row.nonce = "00"
        case "time": row.registeredAt += 1
        case "status": row.status = "decided"
        default: row.version = 0
        }
        let outcome = try await bench.carryOut(step(id, row, lane: .out), at: .shanghai)
        #expect(outcome == .askRegion("the hub's row is not what its receipt says"))
        #expect(try bench.store.read { try $0.caseInForce(id) } == nil)
    }

    @Test func onlyTheOriginBringsACaseBack() async throws {
        let (bench, id, row, _) = try await lost()
        let outcome = try await bench.carryOut(step(id, row, lane: .in), at: .shanghai)
        #expect(outcome == .askRegion("only the origin can bring back a case that is lost"))
    }

    @Test func anInventedCaseStaysOut() async throws {
        let bench = try RepairGatewayBench()
        let id = SampleRows.caseID(77)
        let row = LedgerElement(
            caseID: id.text, version: 1, status: "submitted", contentDigest: "-", nonce: "00",
            registeredAt: RepairGatewayBench.start.epochSeconds)
        let first = try await bench.carryOut(step(id, row, lane: .out), at: .shanghai)
        #expect(first == .stale("the hub no longer has the case"))
        bench.transport.say(id, 200, [], try RepairGatewayBench.document(1))
        let outcome = try await bench.carryOut(step(id, row, lane: .out), at: .shanghai)
        #expect(outcome == .askRegion("the hub shows no receipt of the case"))
    }
}
