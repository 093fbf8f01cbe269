public import KuayuModel

/// The codes of differences that a full comparison can tell.
public enum BreakCode: String, Hashable, Sendable, CaseIterable {
    /// The hub should have it and has not (短款·对端缺件).
    case missingAtHub = "R01"
    /// The hub has it, the gateway's ledger of that hub has not (长款·网关缺件).
    case missingAtGateway = "R02"
    /// The hub is behind (状态滞后).
    case behind = "R04"
    /// The hub is ahead (状态超前).
    case ahead = "R05"
    /// Same version, other state (状态冲突).
    case statusConflict = "R06"
    /// Same version and state, other content (内容不一致).
    case contentMismatch = "R07"
    /// The hub lists a case more than once (重复件).
    case duplicate = "R08"
    /// Registration second or nonce differ (登记时间不一致).
    case keySkew = "R12"
}

/// One difference.
public struct LedgerDifference: Hashable, Sendable {
    /// What kind.
    public var code: BreakCode
    /// The case.
    public var caseID: String
    /// What the gateway expects of the hub; nil when it expects nothing.
    public var expected: LedgerElement?
    /// What the hub has; nil when it has nothing.
    public var found: LedgerElement?
}

/// A full comparison of what a hub should have with what it has.
public struct LedgerComparison: Sendable {
    /// Every difference, ascending by case.
    public private(set) var differences: [LedgerDifference] = []
    /// Elements that agree.
    public private(set) var matched = 0
    /// Elements whose content one side cannot say, among the matched.
    public private(set) var unchecked = 0
    /// Sum over the gateway's side.
    public private(set) var expected = Accumulator()
    /// Sum over the hub's side.
    public private(set) var found = Accumulator()

    /// Whether nothing differs.
    public var agrees: Bool { differences.isEmpty }

    /// Compares; the order of either side does not matter.
    public init(expected: [LedgerElement], found: [LedgerElement], digester: some Digester) {
        for element in expected { self.expected.add(digester.digest(element.signedBytes)) }
        for element in found { self.found.add(digester.digest(element.signedBytes)) }
        let mine = expected.sorted { $0.caseID < $1.caseID }
        let theirs = found.sorted { $0.caseID < $1.caseID }
        var next = theirs.startIndex
        for element in mine {
            while next < theirs.endIndex, theirs[next].caseID < element.caseID {
                note(.missingAtGateway, nil, theirs[next])
                next += 1
            }
            guard next < theirs.endIndex, theirs[next].caseID == element.caseID else {
                note(.missingAtHub, element, nil)
                continue
            }
            compare(element, theirs[next])
            next += 1
            while next < theirs.endIndex, theirs[next].caseID == element.caseID {
                note(.duplicate, element, theirs[next])
                next += 1
            }
        }
        for element in theirs[next...] { note(.missingAtGateway, nil, element) }
    }

    private mutating func note(_ code: BreakCode, _ expected: LedgerElement?, _ found: LedgerElement?) {
        let id = expected?.caseID ?? found?.caseID ?? ""
        differences.append(LedgerDifference(code: code, caseID: id, expected: expected, found: found))
    }

    private mutating func compare(_ mine: LedgerElement, _ theirs: LedgerElement) {
        if mine.registeredAt != theirs.registeredAt || mine.nonce != theirs.nonce {
            note(.keySkew, mine, theirs)
        } else if theirs.version < mine.version {
            note(.behind, mine, theirs)
        } else if theirs.version > mine.version {
            note(.ahead, mine, theirs)
        } else if mine.status != theirs.status {
            note(.statusConflict, mine, theirs)
        } else if mine.contentDigest == "-" || theirs.contentDigest == "-" {
            matched += 1
            unchecked += 1
        } else if mine.contentDigest != theirs.contentDigest {
            note(.contentMismatch, mine, theirs)
        } else {
            matched += 1
        }
    }
}
