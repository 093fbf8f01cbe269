extension Divisions {
    /// What a written name stands for.
    public enum Resolution: Hashable, Sendable {
        /// Exactly this division.
        case found(RegionCode)
        /// It could be any of these, by code; the sender must write the province.
        case ambiguous([RegionCode])
        /// None that the table has.
        case unknown

        /// The division, if there is exactly one.
        public var code: RegionCode? { if case .found(let code) = self { code } else { nil } }
    }

    /// The division that a path stands for: `浙江省/舟山市/普陀区`, `上海市/市辖区/浦东新区`, `上海市浦东新区`.
    ///
    /// The path must begin with its province; then levels may be left out as long as one division is meant. A bare
    /// name is ambiguous even when only one division has it: a name alone does not say which province was meant.
    public func resolve(path: some StringProtocol) -> Resolution {
        let names = Self.names(in: String(path))
        if let resolution = resolveFromProvince(names) { return resolution }
        let candidates = names.count == 1 ? preferred(byName[names[0]] ?? []) : []
        return candidates.isEmpty ? .unknown : .ambiguous(candidates.map(\.code))
    }

    /// The division that a name, or a path, stands for inside `region` (a province or a city).
    ///
    /// `上海市/市辖区/浦东新区`, `上海市/浦东新区` and `浦东新区` are the same within Shanghai. A path that leads out of
    /// the region is unknown here.
    public func resolve(name: some StringProtocol, within region: RegionCode) -> Resolution {
        guard let root = division(region) else { return .unknown }
        let names = Self.names(in: String(name))
        if names.isEmpty { return .unknown }
        if let resolution = resolveFromProvince(names) { return resolution.restricted(to: region) }
        return resolve(names.first == root.plainName ? names.dropFirst() : names[...], below: root)
    }

    /// Reads names that begin with a province, alone or written together with what follows; `nil` if they do not.
    private func resolveFromProvince(_ names: [String]) -> Resolution? {
        guard let first = names.first else { return nil }
        for province in provinces {
            if first == province.name { return resolve(names.dropFirst(), below: province) }
            if let rest = Self.rest(of: first, behind: province.name) {
                return resolve([rest] + names.dropFirst(), below: province)
            }
        }
        return nil
    }

    /// Follows names downwards, each to a division at any depth below the one before.
    private func resolve(_ names: ArraySlice<String>, below root: Division) -> Resolution {
        guard let name = names.first else { return .found(root.code) }
        if Self.unnamedLevels.contains(name) { return resolve(names.dropFirst(), below: root) }
        let exact = preferred((byName[name] ?? []).filter { isInside($0, root) })
        if exact.isEmpty { return resolveJoined(name, names.dropFirst(), below: root) }
        return .union(exact.map { resolve(names.dropFirst(), below: $0) })
    }

    /// Follows a name that is the names of several levels written without a separator: `舟山市普陀区`.
    private func resolveJoined(_ name: String, _ names: ArraySlice<String>, below root: Division) -> Resolution {
        if let rest = Self.rest(of: name, behind: Self.directlyGoverned) { return resolve([rest] + names, below: root) }
        let ends = all.filter { $0.isInForce && isInside($0, root) }.compactMap { division in
            Self.rest(of: name, behind: division.plainName).map { resolve([$0] + names, below: division) }
        }
        return .union(ends)
    }

    private func isInside(_ division: Division, _ root: Division) -> Bool {
        division.code != root.code && root.code.contains(division.code)
    }

    /// Divisions in force, or the abolished ones where none is in force.
    private func preferred(_ divisions: [Division]) -> [Division] {
        let inForce = divisions.filter(\.isInForce)
        return inForce.isEmpty ? divisions : inForce
    }

    /// A level of the standard that names nothing: counties directly below a municipality or a city.
    private static let directlyGoverned = "市辖区"
    private static let unnamedLevels: Set<String> = [directlyGoverned, "县", "省直辖县级行政区划"]

    /// The names of a path without the blanks around them.
    private static func names(in path: String) -> [String] {
        path.split(separator: "/").map { TextRules.trimmed($0) }.filter { !$0.isEmpty }
    }

    /// What follows `head` in `text`; `nil` when the text does not begin with it or ends there.
    private static func rest(of text: String, behind head: String) -> String? {
        guard text.utf8.count > head.utf8.count, text.utf8.starts(with: head.utf8) else { return nil }
        return String(text.dropFirst(head.count))
    }
}

extension Divisions.Resolution {
    /// What remains when only divisions inside `region` count.
    fileprivate func restricted(to region: RegionCode) -> Divisions.Resolution {
        switch self {
        case .found(let code): region.contains(code) ? self : .unknown
        case .ambiguous(let codes): .of(codes.filter(region.contains))
        case .unknown: .unknown
        }
    }

    /// One answer from several readings of the same names.
    fileprivate static func union(_ resolutions: [Divisions.Resolution]) -> Divisions.Resolution {
        let codes = resolutions.flatMap { resolution in
            switch resolution {
            case .found(let code): [code]
            case .ambiguous(let several): several
            case .unknown: [RegionCode]()
            }
        }
        return .of(Set(codes).sorted())
    }

    private static func of(_ codes: [RegionCode]) -> Divisions.Resolution {
        codes.count > 1 ? .ambiguous(codes) : codes.first.map { .found($0) } ?? .unknown
    }
}
