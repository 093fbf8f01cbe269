import KuayuGateway
import KuayuHTTP
import KuayuModel
import KuayuReconcile
import Synchronization

// Faults done to the hub's ledger, and the clerk who puts them right.

extension ControlAPI {
    /// Does something to the ledger; answers the case and what its row was before.
    func fault(_ kind: String, _ request: InboundRequest) -> OutboundResponse {
        guard let fault = LedgerFault(rawValue: kind) else {
            let known = LedgerFault.allCases.map(\.rawValue).joined(separator: ", ")
            return OutboundResponse.text("no such fault; known: \(known)\n", status: 400)
        }
        let now = node.clock.now
        do throws(OrderError) {
            let order = try LedgerFault.Order(request.head.queryItems)
            return OutboundResponse.text(
                try node.desk.withLock { desk throws(OrderError) in try desk.inject(fault, order, now: now) })
        } catch {
            return OutboundResponse.text(error.reason + "\n", status: error.isMissing ? 409 : 400)
        }
    }

    /// Puts right by hand what was done to one case, `case=`, or to all; the cases, a line each.
    func correct(_ request: InboundRequest) -> OutboundResponse {
        let id = request.head.query("case")
        return OutboundResponse.text(node.withBook { $0.correct(id) }.map { $0 + "\n" }.joined())
    }

    /// Files of both lanes now, for a hub that exchanges files; their names.
    func feed() async -> OutboundResponse {
        guard node.settings.folder != nil else {
            return OutboundResponse.text("this hub serves feeds over HTTPS\n", status: 409)
        }
        do {
            return OutboundResponse.text(try await LedgerDrop(node: node).drop().map { $0 + "\n" }.joined())
        } catch {
            return OutboundResponse.text("\(error)\n", status: 500)
        }
    }

    /// Lets the interface for reconciliation lie about the ledger, or tell the truth again.
    func lie(_ how: String) -> OutboundResponse {
        guard let lie = LedgerLie(rawValue: how) else {
            let known = LedgerLie.allCases.map(\.rawValue).joined(separator: ", ")
            return OutboundResponse.text("no such lie; known: \(known)\n", status: 400)
        }
        node.recon.tell(lie)
        return OutboundResponse.text("\(node.settings.region.text): \(lie.rawValue)\n")
    }

    /// `lane,number,case,version,status,content,nonce,registered_at,state_at`, a line a row of the ledger.
    var rows: OutboundResponse {
        OutboundResponse.text(
            node.withBook(\.lines).map { line in
                let element = line.row.element
                return [
                    line.lane.rawValue, line.row.localNumber ?? "", element.caseID, String(element.version),
                    element.status, element.contentDigest, element.nonce, String(element.registeredAt),
                    line.row.stateAt.map { String($0) } ?? "",
                ].joined(separator: ",") + "\n"
            }.joined())
    }
}

extension HubDesk {
    /// Does something to the ledger: the case, its lane, the version and the state of its row before.
    mutating func inject(_ fault: LedgerFault, _ order: LedgerFault.Order, now: Instant) throws(OrderError) -> String {
        let line = try book.inject(fault, order, format: format, now: now, using: &faultRng)
        let element = line.row.element
        return "\(element.caseID) \(line.lane.rawValue) v\(element.version) \(element.status)\n"
    }
}
