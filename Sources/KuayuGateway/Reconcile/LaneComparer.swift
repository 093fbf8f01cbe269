import KuayuModel
import KuayuReconcile

/// Compares one lane with a hub, in the way that the hub answers.
struct LaneComparer: Sendable {
    /// What a hub said of its ledger before anything was compared.
    enum Claims: Sendable {
        /// Answer of a hub that can be asked.
        case meta(HubMeta)
        /// Manifests of the files that a hub dropped, by lane.
        case feeds([Lane: Dropped])
    }

    /// A file that a hub dropped.
    struct Dropped: Sendable {
        var manifest: FeedManifest
        /// Digest of the manifest's bytes, to which the next manifest must link.
        var link: String
        var file: [UInt8]
    }

    let client: HubLedgerClient
    let profile: ReconcileProfile
    let feeds: any FeedComparing
    let digester: LedgerDigester

    private var hub: RegionCode { client.hub.region }

    // MARK: what the hub claims

    /// What the hub says of its ledger; its own files are read here, so that both lanes are of one drop.
    func claims() async throws(FeedError) -> Claims {
        switch profile {
        case .sql, .negentropy: return .meta(try HubMeta(decoding: try await client.body("meta")))
        case .file:
            var dropped: [Lane: Dropped] = [:]
            for lane in Lane.allCases { dropped[lane] = try await self.dropped(lane) }
            return .feeds(dropped)
        }
    }

    private func dropped(_ lane: Lane) async throws(FeedError) -> Dropped {
        let feed = try await client.feed(lane)
        let manifest = try FeedManifest.decode(feed.manifest)
        guard manifest.hub == hub, manifest.lane == lane else {
            throw FeedError(.misplaced, "the manifest is of \(manifest.hub.text) \(manifest.lane.rawValue)")
        }
        return Dropped(manifest: manifest, link: FeedManifest.link(feed.manifest, digester), file: feed.file)
    }

    // MARK: comparing

    /// Compares; a hub whose ledger changed under the comparison is asked anew once.
    ///
    /// - Parameter dirtyDays: numbers of the days that have to be looked at; nil for all.
    func compare(
        _ lane: Lane, with view: GatewayLedgerView, claims: Claims, dirtyDays: [Int]?
    ) async throws(FeedError) -> LaneComparison {
        switch claims {
        case .feeds(let dropped):
            guard let feed = dropped[lane] else { throw FeedError(.unavailable, "no file of the lane") }
            return try feeds.compare(file: feed.file, manifest: feed.manifest) { body in
                try view.forEachByCase(body)
            }
        case .meta(let meta):
            let comparison: LaneComparison
            switch profile {
            case .sql: comparison = try await descend(lane, view, meta, dirtyDays)
            default: comparison = try await exchange(lane, view, meta)
            }
            return try await withKeysChecked(comparison, view, meta)
        }
    }

    private func descend(
        _ lane: Lane, _ view: GatewayLedgerView, _ meta: HubMeta, _ dirtyDays: [Int]?
    ) async throws(FeedError) -> LaneComparison {
        var descent = SQLDescent(lane: lane, meta: meta, ledger: view, digester: digester, dirtyDays: dirtyDays)
        var step = try descent.begin()
        while true {
            switch step {
            case .done(let comparison): return comparison
            case .ask(let questions):
                var answers: [HubAnswer] = []
                for question in questions { answers.append(try await ask(question)) }
                step = try descent.take(answers)
            }
        }
    }

    private func exchange(
        _ lane: Lane, _ view: GatewayLedgerView, _ meta: HubMeta
    ) async throws(FeedError) -> LaneComparison {
        var comparison = NegentropyComparison(lane: lane, meta: meta, index: view.index, digester: digester)
        let path = "negentropy/\(lane.rawValue)?snapshot=\(Self.escaped(meta.snapshot))"
        var step = try comparison.begin()
        while true {
            switch step {
            case .done(let result): return result
            case .exchange(let message):
                step = try comparison.take(
                    message: try await client.body(path, message, type: "application/octet-stream"))
            case .look(let entries): step = try comparison.take(elements: try view.elements(of: entries))
            case .ask(let query):
                step = try comparison.take(rows: try await rows(query))
            }
        }
    }

    /// One question of the interface, answered.
    func ask(_ question: HubQuestion) async throws(FeedError) -> HubAnswer {
        let path = String(question.path.dropFirst("/recon/v1/".count))
        return try question.answer(decoding: try await client.body(path, question.encoded()))
    }

    private func rows(_ query: RowsQuery) async throws(FeedError) -> RowsAnswer {
        let path = String(HubQuestion.rows(query).path.dropFirst("/recon/v1/".count))
        return try RowsAnswer(decoding: try await client.body(path, query.encoded()))
    }

    // MARK: keys

    /// Identities do not cover the time of registration: where the keys do not add up, every row is read.
    private func withKeysChecked(
        _ comparison: LaneComparison, _ view: GatewayLedgerView, _ meta: HubMeta
    ) async throws(FeedError) -> LaneComparison {
        guard let claimed = meta[comparison.lane].keySum else { return comparison }
        var sum = view.keySum
        for difference in comparison.differences {
            if let key = difference.expected?.key { sum &-= UInt64(key) }
            for row in difference.found { sum &+= UInt64(row.element.key ?? 0) }
        }
        // What is told has 63 bits: many readers of JSON know no more.
        if sum & UInt64(Int.max) == claimed { return comparison }
        let rows = try await rows(
            .ranges([BucketWidth.day.whole]), lane: comparison.lane, snapshot: meta.snapshot,
            limit: Int(clamping: meta[comparison.lane].total.count))
        let expected = try view.elements(in: 0..<UInt32(1 << 31))
        return FullJoin.compare(lane: comparison.lane, expected: expected, found: rows, digester: digester)
    }

    /// All rows of a selection, page after page, their identities computed again.
    func rows(
        _ selection: RowsQuery.Selection, lane: Lane, snapshot: String?, limit: Int
    ) async throws(FeedError) -> [HubRow] {
        var rows: [HubRow] = []
        var query = RowsQuery(lane: lane, snapshot: snapshot, selection: selection)
        while true {
            let answer = try await self.rows(query)
            if let snapshot, answer.snapshot != snapshot {
                throw FeedError(.changed, "rows are of another snapshot than the hub's totals")
            }
            rows += try answer.verified(digester)
            guard rows.count <= limit else { throw FeedError(.count, "more than \(limit) rows are listed") }
            guard let after = answer.after else { return rows }
            guard after != query.after, !answer.rows.isEmpty else {
                throw FeedError(.misplaced, "the pages of rows go round")
            }
            query.after = after
            query.snapshot = answer.snapshot
        }
    }

    private static func escaped(_ text: String) -> String {
        text.utf8.map { byte in
            let character = Character(UnicodeScalar(byte))
            let isPlain = byte < 128 && (character.isLetter || character.isNumber || "-._~".contains(character))
            return isPlain ? String(character) : "%" + HexText.encode([byte]).uppercased()
        }.joined()
    }
}

/// Reads the rows that a hub has of some cases now, before they are repaired and after.
struct HubRows: HubRowReader {
    let federation: Federation
    let transport: any PartnerTransport
    let feeds: any FeedComparing
    let digester: LedgerDigester

    func rows(of caseIDs: [String], lane: Lane, at hub: RegionCode) async throws(FeedError) -> [String: [HubRow]] {
        guard let hub = federation.hubs[hub] else { throw FeedError(.unavailable, "no such hub is configured") }
        let comparer = LaneComparer(
            client: HubLedgerClient(hub: hub, transport: transport), profile: .sql, feeds: feeds, digester: digester)
        if caseIDs.isEmpty { return [:] }
        // A case may be listed more than once; a hub that lists one without end is stopped.
        let rows = try await comparer.rows(
            .cases(caseIDs), lane: lane, snapshot: nil, limit: caseIDs.count * 16 + 1_000)
        return Dictionary(grouping: rows, by: \.element.caseID)
    }
}
