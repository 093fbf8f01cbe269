import KuayuEvidence
import KuayuModel
import KuayuReconcile

/// What can be wrong with a hub's ledger, done to it on purpose.
enum LedgerFault: String, CaseIterable, Sendable {
    /// The case is gone, with the memory of its messages.
    case lose
    /// The case stands as some versions before, and their messages are forgotten.
    case setback
    /// Another content: its document, and the digest with it.
    case alter
    /// Another state under the same version.
    case status
    /// A row of a case that nobody registered.
    case invent
    /// The row is there twice.
    case double
    /// The case goes by the own number of another one.
    case twin
    /// The hub took the case a step further and its message was lost.
    case advance
    /// Another second of registration.
    case skew
    /// The receipt it keeps is damaged.
    case badreceipt

    /// Which case, and how, as the query says it: names not given are drawn.
    struct Order: Sendable {
        /// Own number or federation id.
        var caseID: String?
        var lane: Lane?
        /// How many versions back, from 1.
        var back = 1

        /// An order by its parameters, each name at most once.
        init(_ parameters: [(name: String, value: String)]) throws(OrderError) {
            for (name, value) in parameters {
                switch name {
                case "case": caseID = value
                case "lane":
                    lane = Lane(rawValue: value)
                    if lane == nil { throw OrderError(reason: "lane is in or out") }
                case "back":
                    guard let number = Int(value), (1..<HubBook.historyLimit).contains(number) else {
                        throw OrderError(reason: "back is a number of versions, 1 to \(HubBook.historyLimit - 1)")
                    }
                    back = number
                default: throw OrderError(reason: "no such parameter: \(name); known: back case lane")
                }
            }
        }

        init() {}
    }
}

/// What faults have left behind, so that a clerk can put it right by hand.
struct LedgerFaults: Sendable {
    /// Cases that are gone, as they were.
    var lost: [CaseID: HubBook.Entry] = [:]
    /// Cases that were changed, as they were before.
    var originals: [CaseID: HubBook.Entry] = [:]
    /// Own numbers of cases that stand twice in the ledger.
    var doubled: Set<String> = []
    /// Own numbers that the ledger shows in place of the right ones.
    var numbers: [String: String] = [:]
    /// Rows of cases that nobody registered.
    var invented: [LedgerLine] = []
}
