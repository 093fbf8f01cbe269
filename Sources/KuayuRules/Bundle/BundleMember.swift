public import KuayuModel

/// One case of a bundle (一件事), as the gateway has it in force.
public struct BundleMember: Hashable, Sendable {
    /// Its id; `nil` for a case that is not registered yet.
    public var caseID: CaseID?
    /// The case.
    public var record: CaseRecord

    /// A member; the id is read from the record when it is not given.
    public init(caseID: CaseID? = nil, record: CaseRecord) {
        self.caseID = caseID ?? record[.caseID].flatMap { CaseID($0) }
        self.record = record
    }

    /// Its state; a case without one counts as submitted.
    var state: CaseState { record[.status].flatMap(CaseState.init(rawValue:)) ?? .submitted }
}

/// What the cases of one bundle have in common: the region in which it was applied for, and its number there.
///
/// Numbers are the regions' own, so that two regions may use the same one.
public struct BundleKey: Hashable, Sendable {
    /// The region in which the bundle was applied for.
    public let region: RegionCode
    /// `bundle.bundleId`, or the case id of a main case that came without one.
    public let number: String

    /// The key of a case; `nil` when it belongs to no bundle or its place of application is not known.
    public init?(of record: CaseRecord, themes: Bundles = .standard) {
        guard let division = record[.appliedDivision], let region = RegionCode(String(division.prefix(2)) + "0000")
        else { return nil }
        if let number = record[BundleField.bundleID] {
            self.number = number
        } else if themes.isMain(record), let number = record[.caseID] {
            self.number = number
        } else {
            return nil
        }
        self.region = region
    }
}

extension Bundles {
    /// The theme that a text names: by its id or by its Chinese name, blanks and full-width letters aside.
    public func theme(named text: String) -> ServiceBundle? {
        if let exact = all.first(where: { $0.id == text || $0.name == text }) { return exact }
        let folded = BundleField.folded(text)
        return all.first { $0.id == folded || $0.name == folded }
    }

    /// The theme of a main case: the one that it names, else the one whose name its item has.
    ///
    /// Two of the four local formats have no element for the theme; without the extension block the item is all that
    /// tells.
    public func theme(ofMain record: CaseRecord) -> ServiceBundle? {
        // A theme that is named and not known is never taken for another.
        if let named = record[BundleField.theme] { return theme(named: named) }
        return record[.itemName].flatMap { name in
            all.first { $0.name == BundleField.folded(name) }
        }
    }

    /// Whether a case is the main case of a bundle, which is fanned out and goes to no region in charge itself.
    ///
    /// It is when it says so; else when it is below no other case and behind none, its theme is known, and its item is
    /// not itself one of the theme's children.
    public func isMain(_ record: CaseRecord) -> Bool {
        if let role = record[BundleField.role] { return role == "main" }
        guard record[BundleField.childOf] == nil, record[BundleField.after] == nil, let theme = theme(ofMain: record)
        else { return false }
        return theme.child(of: record) == nil
    }
}

extension ServiceBundle {
    /// The child that a case is, by its catalogue code; by the item's name among several of one code.
    public func child(of record: CaseRecord) -> Child? { index(of: record).map { children[$0] } }

    /// Sides for which the main case names a division: in the order in which the children first name them, without the
    /// place of application, which is known.
    public var sides: [Side] {
        var sides: [Side] = []
        for child in children where child.handledBy != .applied && !sides.contains(child.handledBy) {
            sides.append(child.handledBy)
        }
        return sides
    }

    /// Place among ``children`` of the child that a case is.
    func index(of record: CaseRecord) -> Int? {
        guard let text = record[.catalogCode], text.utf8.count == 12, let code = UInt64(text),
            let first = children.firstIndex(where: { $0.catalogCode.value == code })
        else { return nil }
        let name = record[.itemName]
        if children[first].itemName == name { return first }
        return children.firstIndex { $0.catalogCode.value == code && $0.itemName == name } ?? first
    }
}
