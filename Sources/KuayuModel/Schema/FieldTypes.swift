/// What the text of a canonical field must look like.
public enum FieldType: Hashable, Sendable {
    /// Free text of at most `max` characters; LF is the only control character allowed.
    case text(max: Int)
    /// One code of a closed set.
    case code(CodeSet)
    /// `true` or `false`; a JSON boolean.
    case bool
    /// A whole number inside the range; a JSON number.
    case int(ClosedRange<Int>)
    /// An amount with at most two fraction digits, kept as text so that nothing is rounded.
    case decimal
    /// `yyyy-MM-dd`.
    case date
    /// RFC 3339 with offset `+08:00`, second precision.
    case instant
    /// 6 or 12 digits of GB/T 2260 and its extension to villages.
    case division
    /// The 6-digit code of a federated region.
    case region
    /// `CSJ` + yyyyMMdd + 7 digits.
    case caseID
    /// 12 characters, see ``CodeSet`` A.1 for its item type part.
    case catalogCode
    /// 31 characters: 18 USCC + 1 level + 12 catalogue.
    case taskCode
    /// An identity number whose check follows the sibling `idType` (`111` GB 11643, `USCC` GB 32100, others free).
    case identityNumber
    /// GB 32100-2015.
    case creditCode
    /// GB/T 36904 licence identifier.
    case licenceID
    /// `sha256:` or `sm3:` and 64 hexadecimal digits.
    case digest
    /// A list of texts without LF; held in a record joined by LF, written in JSON as an array.
    case texts(max: Int)
}

/// How far a field may be shown (see `docs/ARCHITECTURE.md`, "Privacy").
public enum PrivacyClass: String, Hashable, Sendable, CaseIterable {
    case `public`
    case `internal`
    case personal
    case sensitive
}

/// Data level of a field; a message has the highest level of its fields (就高从严).
public enum DataLevel: String, Hashable, Sendable, CaseIterable, Comparable {
    case l1 = "L1"
    case l2 = "L2"
    case l3 = "L3"
    case l4 = "L4"

    /// L1 is the lowest.
    public static func < (a: DataLevel, b: DataLevel) -> Bool { a.rawValue < b.rawValue }
}

/// Which side of a case may change a field; a change by another side is recorded without effect.
public enum FieldOwner: String, Hashable, Sendable, CaseIterable {
    /// The gateway alone: identity, version, routing.
    case gateway
    /// The region where the applicant applied.
    case applying
    /// The region that collects papers for another.
    case collecting
    /// The region (or regions) that decide.
    case handling
    /// Whoever reports it.
    case anyone
}

/// How a field is masked wherever a person reads it.
public enum MaskKind: String, Hashable, Sendable, CaseIterable {
    case none
    case citizenNumber
    case mobile
    case name
    case address
    case hidden
}

/// The closed code sets of `case/v1` (GB/T 39046-2020, annex A, and the project's own).
public enum CodeSet: String, Hashable, Sendable, CaseIterable {
    case itemType, itemScope, mode, channelKind, channelForm, applicantKind, idType, caseKind, limitUnit
    case pauseCause, necessity, materialSource, trust, commitmentKind, status, specialKind, outcome
    case licenceState, deliveryWay, bundleRole, level

    /// The codes in force, in the order of their standard.
    ///
    /// ``idType`` is open: GA/T 2000.156 numbers are also valid.
    public var codes: [String] {
        switch self {
        case .itemType:
            ["00", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "20"]
        case .itemScope: ["1", "2", "3", "4"]
        case .mode: ["online", "collect", "joint"]
        case .channelKind:
            ["web", "app", "window", "selfService", "bankOutlet", "hospital", "policeStation", "post", "other"]
        case .channelForm: ["1", "2", "3", "4", "9"]
        case .applicantKind: ["1", "2", "3", "4", "5", "6"]
        case .idType: ["111", "USCC", "414", "511", "516", "990"]
        case .caseKind: ["1", "2", "9"]
        case .limitUnit: ["workday", "day", "hour"]
        case .pauseCause: ["supplement", "special"]
        case .necessity: ["required", "optional", "deferred"]
        case .materialSource: ["applicant", "licence", "shared", "commitment", "deferred"]
        case .trust: ["A", "B", "C", "D"]
        case .commitmentKind: ["deferred", "declaration"]
        case .status: CaseState.allCases.map(\.rawValue)
        case .specialKind: ["1", "2"]
        case .outcome:
            [
                "granted", "denied", "notAccepted", "returned", "withdrawn", "voided", "forwarded",
                "supplementTimeout", "done",
            ]
        case .licenceState: ["01", "02", "03", "04", "05", "06", "07", "99"]
        case .deliveryWay: ["self", "express", "electronic", "terminal"]
        case .bundleRole: ["main", "child"]
        case .level: ["L1", "L2", "L3", "L4"]
        }
    }

    /// Whether a code belongs to the set; item types above `20` and three-digit identity types are extensions.
    public func contains(_ code: String) -> Bool {
        if codes.contains(code) { return true }
        let isNumeric = code.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
        switch self {
        case .itemType: return code.utf8.count == 2 && isNumeric && code > "20"
        case .idType: return code.utf8.count == 3 && isNumeric
        default: return false
        }
    }
}
