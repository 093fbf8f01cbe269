public import KuayuModel

/// Why a main case cannot be fanned out.
public struct BundleRefusal: Error, Hashable, Sendable {
    /// Everything that is wrong, at least one; codes `bundle.…`, paths of `case/v1`.
    public let issues: [Issue]
}

/// 一次分办: a main case and the children that its theme makes of it.
public struct BundlePlan: Hashable, Sendable {
    /// The main case with its number, theme and role filled in where they were absent.
    public let main: CaseRecord
    /// One case per child of the theme, in its order, not registered yet.
    ///
    /// A child that waits for nothing is in state `transferred`, the others are in state `submitted`: held.
    public let children: [CaseRecord]

    /// Fans a registered main case out.
    ///
    /// Each child has the applicant, place and time of application, channel, form, materials, commitments and wishes of
    /// delivery of the main case; item, mode, division in charge and order come from the theme, the promised limit from
    /// the catalogue of items. Throws with every issue found: `bundle.theme-unknown`, `bundle.applied-missing`,
    /// `bundle.sides`, `bundle.main-unregistered`.
    public static func fanOut(
        main: CaseRecord, themes: Bundles = .standard, items: Items = .standard
    ) throws(BundleRefusal) -> BundlePlan {
        var issues: [Issue] = []
        if main[.caseID] == nil { issues.append(BundleIssue.mainUnregistered) }
        if main[.appliedDivision] == nil { issues.append(BundleIssue.appliedMissing) }
        guard let theme = themes.theme(ofMain: main) else {
            throw BundleRefusal(issues: [BundleIssue.themeUnknown(main, themes)] + issues)
        }
        let places = handlingRows(of: main, theme: theme)
        if places == nil { issues.append(BundleIssue.sides(theme, count: main[.handling].count)) }
        guard let places, let caseID = main[.caseID], issues.isEmpty else { throw BundleRefusal(issues: issues) }
        var completed = main
        completed[BundleField.bundleID] = main[BundleField.bundleID] ?? caseID
        completed[BundleField.theme] = main[BundleField.theme] ?? theme.name
        completed[BundleField.role] = "main"
        var common = shared(of: main)
        common[BundleField.bundleID] = completed[BundleField.bundleID]
        common[BundleField.theme] = theme.name
        common[BundleField.role] = "child"
        common[BundleField.childOf] = caseID
        return BundlePlan(
            main: completed,
            children: theme.children.map { child in
                make(child, from: common, handledAt: places[child.handledBy], items: items)
            })
    }

    /// What every case of a bundle has alike, taken from its main case (一表申请, 一套材料).
    ///
    /// Only fields and columns of the applying side: what others wrote is about the main case alone.
    static func shared(of main: CaseRecord) -> CaseRecord {
        var common = CaseRecord()
        for field in BundleField.sharedScalars { common[field] = main[field] }
        for (list, columns) in BundleField.sharedLists {
            common[list] = main[list].map { row in
                var copy = CaseRow(list)
                for column in columns { copy[column] = row[column] }
                return copy
            }
        }
        return common
    }

    // MARK: one child

    private static func make(
        _ child: ServiceBundle.Child, from common: CaseRecord, handledAt place: CaseRow?, items: Items
    ) -> CaseRecord {
        var record = common
        record[.catalogCode] = child.catalogCode.text
        record[.itemName] = child.itemName
        record[BundleField.itemType] = child.catalogCode.itemType
        record[.mode] = mode(of: child).rawValue
        if let place { record[.handling] = [place] }
        if mode(of: child) == .collect {
            for (to, from) in zip(BundleField.collectedPlace, BundleField.appliedPlace) { record[to] = common[from] }
        }
        if let item = items.item(child.catalogCode) {
            record[BundleField.promisedAmount] = String(item.promisedWorkdays)
            record[BundleField.promisedUnit] = "workday"
        }
        record[BundleField.after] = child.after.isEmpty ? nil : child.after.joined(separator: "\n")
        record[.status] = (child.after.isEmpty ? CaseState.transferred : .submitted).rawValue
        return record
    }

    /// A child has one division in charge, so that what the theme calls joint is worked in one hop.
    private static func mode(of child: ServiceBundle.Child) -> ServiceItem.Mode {
        child.mode == .joint ? .online : child.mode
    }

    // MARK: sides

    /// The division in charge of each side; `nil` when the main case does not name as many as the theme needs.
    private static func handlingRows(of main: CaseRecord, theme: ServiceBundle) -> [ServiceBundle.Side: CaseRow]? {
        let rows = main[.handling]
        let sides = theme.sides
        guard !rows.isEmpty, rows.count == 1 || rows.count == sides.count else { return nil }
        var places: [ServiceBundle.Side: CaseRow] = [:]
        // Where every child is handled on the side of the application, the one division named is that side.
        places[.applied] = sides.isEmpty ? rows[0] : appliedRow(of: main)
        for (index, side) in sides.enumerated() { places[side] = rows.count == 1 ? rows[0] : rows[index] }
        return places
    }

    private static func appliedRow(of main: CaseRecord) -> CaseRow {
        var row = CaseRow(.handling)
        for (to, from) in zip(BundleField.handlingPlace, BundleField.appliedPlace) { row[to] = main[from] }
        return row
    }
}

/// What is wrong with a bundle, in the words of an issue.
enum BundleIssue {
    static let mainUnregistered = Issue(
        code: "bundle.main-unregistered", path: Field.caseID.path,
        message: "a main case without a case id cannot be fanned out",
        help: "register the main case first; its children refer to its id")

    static let appliedMissing = Issue(
        code: "bundle.applied-missing", path: Field.appliedDivision.path,
        message: "the main case does not say where it was applied for",
        help: "send places.applied; every child takes it over and the one answer goes there")

    static func themeUnknown(_ main: CaseRecord, _ themes: Bundles) -> Issue {
        let known = themes.all.map { "\($0.id) \($0.name)" }.joined(separator: ", ")
        let named = main[BundleField.theme]
        return Issue(
            code: "bundle.theme-unknown", path: named == nil ? Field.itemName.path : BundleField.theme.path,
            message: named.map { "the federation has no bundle with the theme \($0)" }
                ?? "the main case names no theme, and its item is not called like one",
            help: "set bundle.theme, or the item's name, to one of: \(known)")
    }

    static func sides(_ theme: ServiceBundle, count: Int) -> Issue {
        let names = theme.sides.map(\.rawValue).joined(separator: ", ")
        let wanted = theme.sides.count > 1 ? "\(theme.sides.count) divisions in charge (\(names)), or 1 for all" : "1"
        return Issue(
            code: "bundle.sides", path: ListField.handling.path,
            message: "the main case names \(count) divisions in charge; \(theme.name) needs \(wanted)",
            help: theme.sides.count > 1
                ? "name one division per side, in this order: \(names)" : "name the one division in charge")
    }

    static func circle(_ names: [String]) -> Issue {
        Issue(
            code: "bundle.circle", severity: .warning, path: BundleField.after.path,
            message: "cases of the bundle wait for each other: \(names.joined(separator: ", "))",
            help: "none of them can start; send bundle.after again without the circle, or withdraw one of them")
    }

    static func twoMains(_ names: [String]) -> Issue {
        Issue(
            code: "bundle.two-mains", severity: .warning, path: BundleField.role.path,
            message: "the bundle has more than one main case: \(names.joined(separator: ", "))",
            help: "the first one counts; withdraw the others, or give them a number of their own")
    }
}
