import KuayuFormats
public import KuayuModel

// A plan as it is kept and shown:
//
//     {"v":"kuayu-repair-plan-1","id":"<64 hex>","run":"RC-…","hub":"330000","steps":[
//       {"n":0,"break":"<32 hex>","code":"R04","action":"redeliver","lane":"in","case":"CSJ…",
//        "sendings":[{"version":3,"message":"CSJ…-v3-330000","attempts":1}],"intake":null,
//        "expected":{"version":3,"status":"accepted","content":"sha256:…","nonce":"…","registeredAt":1795478400},
//        "found":[{"version":2,…,"stateAt":1795478460,"number":"…"}]}]}
//
// `expected` is null when the gateway's ledger must have no row; `stateAt` and `number` are left out where the hub says
// none. Times are Unix seconds. The nonce is for the parties of the case: what is shown to others leaves it out.
extension RepairPlan {
    /// The plan as JSON.
    ///
    /// - Parameter withNonces: whether the nonces are in it, without which it cannot be read back. Default true.
    public func json(withNonces: Bool = true) -> [UInt8] {
        var writer = JSONWriter(capacity: 512 * (steps.count + 1))
        writer.beginObject()
        writer.member("v", "kuayu-repair-plan-1")
        writer.member("id", id)
        writer.member("run", run)
        writer.member("hub", hub.text)
        writer.name("steps")
        writer.beginArray()
        for step in steps { Self.write(step, withNonces, to: &writer) }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    private static func write(_ step: RepairStep, _ withNonces: Bool, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("n", step.index)
        writer.member("break", step.breakID)
        writer.member("code", step.code.rawValue)
        writer.member("action", step.action.rawValue)
        writer.member("lane", step.lane.rawValue)
        writer.member("case", step.caseID)
        writer.name("sendings")
        writer.beginArray()
        for sending in step.sendings {
            writer.beginObject()
            writer.member("version", sending.version)
            writer.member("message", sending.messageID)
            writer.member("attempts", sending.attemptCount)
            writer.endObject()
        }
        writer.endArray()
        writer.name("intake")
        if let id = step.intakeID { writer.string(id) } else { writer.null() }
        writer.name("expected")
        if let element = step.expected {
            writer.beginObject()
            write(element, withNonces, to: &writer)
            writer.endObject()
        } else {
            writer.null()
        }
        writer.name("found")
        writer.beginArray()
        for row in step.found { write(row, withNonces, to: &writer) }
        writer.endArray()
        writer.endObject()
    }

    private static func write(_ row: HubRow, _ withNonces: Bool, to writer: inout JSONWriter) {
        writer.beginObject()
        write(row.element, withNonces, to: &writer)
        if let at = row.stateAt { writer.member("stateAt", Int(at)) }
        if let number = row.localNumber { writer.member("number", number) }
        writer.endObject()
    }

    private static func write(_ element: LedgerElement, _ withNonces: Bool, to writer: inout JSONWriter) {
        writer.member("version", element.version)
        writer.member("status", element.status)
        writer.member("content", element.contentDigest)
        if withNonces { writer.member("nonce", element.nonce) }
        writer.member("registeredAt", Int(element.registeredAt))
    }

    /// Reads a plan back; nil for anything that ``json(withNonces:)`` did not write, or whose id does not follow from
    /// the rest.
    public init?(json: [UInt8], digester: some Digester) {
        guard let tape = try? JSONReader.read(json) else { return nil }
        let plan = PlanNode(tape: tape, index: 0)
        guard plan.text("v") == "kuayu-repair-plan-1", let id = plan.text("id"), let run = plan.text("run"),
            let hub = plan.text("hub").flatMap({ RegionCode($0) }), let nodes = plan["steps"]?.elements
        else { return nil }
        let steps = nodes.compactMap(RepairStep.init)
        guard steps.count == nodes.count, steps.map(\.index) == Array(steps.indices) else { return nil }
        self.init(run: run, hub: hub, steps: steps, digester: digester)
        if self.id != id { return nil }
    }
}

extension JSONWriter {
    fileprivate mutating func member(_ name: String, _ value: String) {
        self.name(name)
        string(value)
    }

    fileprivate mutating func member(_ name: String, _ value: Int) {
        self.name(name)
        integer(value)
    }
}

/// A node of a plan that is read back.
private struct PlanNode {
    let tape: Tape
    let index: Int

    subscript(name: String) -> PlanNode? {
        tape.nodes[index].kind == .object
            ? tape.child(of: index, named: Array(name.utf8)).map { PlanNode(tape: tape, index: $0) } : nil
    }

    var elements: [PlanNode]? {
        tape.nodes[index].kind == .array
            ? tape.children(of: index).map { PlanNode(tape: tape, index: $0) } : nil
    }

    func text(_ name: String) -> String? {
        guard let node = self[name], tape.nodes[node.index].kind == .text else { return nil }
        return tape.text(node.index)
    }

    func number(_ name: String) -> Int? {
        guard let node = self[name], tape.nodes[node.index].kind == .number else { return nil }
        return Int(tape.text(node.index))
    }

    var isNull: Bool { tape.nodes[index].kind == .null }
}

extension RepairStep {
    fileprivate init?(_ node: PlanNode) {
        guard let index = node.number("n"), let breakID = node.text("break"),
            let code = node.text("code").flatMap(BreakCode.init(rawValue:)),
            let action = node.text("action").flatMap(RepairAction.init(rawValue:)),
            let lane = node.text("lane").flatMap(Lane.init(rawValue:)), let caseID = node.text("case"),
            let sendings = node["sendings"]?.elements, let found = node["found"]?.elements,
            let expected = node["expected"]
        else { return nil }
        self.init(
            index: index, breakID: breakID, code: code, action: action, lane: lane, caseID: caseID,
            sendings: sendings.compactMap(Sending.init), intakeID: node.text("intake"),
            expected: LedgerElement(expected, caseID), found: found.compactMap { HubRow($0, caseID) })
        let isComplete = self.sendings.count == sendings.count && self.found.count == found.count
        if !isComplete || (self.expected == nil) != expected.isNull { return nil }
    }
}

extension RepairStep.Sending {
    fileprivate init?(_ node: PlanNode) {
        guard let version = node.number("version"), let id = node.text("message"),
            let attempts = node.number("attempts")
        else { return nil }
        self.init(version: version, messageID: id, attemptCount: attempts)
    }
}

extension LedgerElement {
    fileprivate init?(_ node: PlanNode, _ caseID: String) {
        guard let version = node.number("version"), let status = node.text("status"),
            let content = node.text("content"), let nonce = node.text("nonce"), let at = node.number("registeredAt")
        else { return nil }
        self.init(
            caseID: caseID, version: version, status: status, contentDigest: content, nonce: nonce,
            registeredAt: Int64(at))
    }
}

extension HubRow {
    fileprivate init?(_ node: PlanNode, _ caseID: String) {
        guard let element = LedgerElement(node, caseID) else { return nil }
        self.init(element: element, stateAt: node.number("stateAt").map(Int64.init), localNumber: node.text("number"))
    }
}
