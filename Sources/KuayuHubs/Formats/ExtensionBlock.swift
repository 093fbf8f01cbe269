import KuayuModel

/// The extension block that a hub writes beside its document: canonical fields that the local format lacks, as JSON with
/// sorted names (RFC 8785).
///
/// A block says what its own message adds; what it does not repeat stays as it was.
enum ExtensionBlock {
    /// A new case; nil when there is nothing to say.
    static func draft(_ draft: CaseDraft, format: any LocalFormat) -> LocalTree? {
        let owed = draft.owed
        return object([
            "bundle": draft.bundle.map(bundle),
            "commitments": draft.promise.map { .array([promise($0, owed.map(format.materialID))]) },
            "materials": list(draft.materials.compactMap { material($0, draft, format) }),
            "places": draft.collection.map(place),
        ])
    }

    /// A step of a case; nil when there is nothing to say.
    static func stage(
        _ stage: CaseStage, of entry: HubBook.Entry, isJoint: Bool, format: any LocalFormat, now: Instant
    ) -> LocalTree? {
        let memory = entry.memory
        var parts: [String: LocalTree] = [:]
        switch stage {
        case .collected:
            parts["places"] = memory.collection.map { place(.init(division: $0, isDone: true)) }
            parts["materials"] = list(
                format.materials(entry.document).filter { !$0.isOwed }.map { sent($0, entry.number, now) })
        case .accepted: parts["materials"] = list(arrived(memory.told, now))
        case .supplementing:
            parts["supplements"] = .array([
                object([
                    "dueAt": time(now.adding(milliseconds: 5 * 86_400_000)), "items": .array([.text("补正材料")]),
                    "reason": .text("材料不齐"), "requestedAt": time(now),
                ]) ?? .null
            ])
        case .answered:
            parts["supplements"] = list(
                memory.openSupplements.compactMap { row in
                    row["requestedAt"].flatMap { object(["answeredAt": time(now), "requestedAt": $0]) }
                })
        case .special: parts["special"] = special(from: now, to: nil)
        case .fulfilled: parts["commitments"] = fulfilled(memory, now)
        case .decided, .issued:
            parts["status"] = .text(stage.rawValue)
            parts["result"] = object(["outcome": .text("granted")])
        case .delivered:
            parts["status"] = .text(stage.rawValue)
            parts["result"] = object(["outcome": .text("granted")])
            parts["delivery"] = object([
                "carrier": .text("示例快递"), "sentAt": time(now), "trackingNumber": .text("SL" + entry.number.suffix(8)),
            ])
        default: break
        }
        if stage != .special, stage.state != nil, stage != .answered, let began = memory.specialAt {
            parts["special"] = special(from: began, to: now)
        }
        if isJoint, entry.isHandled, let row = branch(stage, format.region, now) { parts["branches"] = .array([row]) }
        return object(parts)
    }

    // MARK: parts of an application

    private static func bundle(_ part: CaseDraft.BundlePart) -> LocalTree {
        object([
            "after": list(part.after.map { .text($0) }), "bundleId": .text(part.number),
            "childOf": part.childOf.map { .text($0) }, "role": .text(part.isMain ? "main" : "child"),
            "theme": part.theme.isEmpty ? nil : .text(part.theme),
        ]) ?? .null
    }

    private static func promise(_ promise: CaseDraft.Promise, _ materials: [String]) -> LocalTree {
        object([
            "dueAt": time(promise.dueAt), "kind": .text("deferred"), "madeAt": time(promise.madeAt),
            "materials": list(materials.map { .text($0) }),
        ]) ?? .null
    }

    private static func material(
        _ material: CaseDraft.Material, _ draft: CaseDraft, _ format: any LocalFormat
    ) -> LocalTree? {
        let needsOriginal = draft.collection != nil && material.licence == nil && !material.isOwed
        let parts: [String: LocalTree?] = [
            "exempt": material.licence == nil ? nil : .bool(true),
            "necessity": material.isOwed ? .text("deferred") : nil,
            "originalRequired": needsOriginal ? .bool(true) : nil,
            "provenance": material.licence.flatMap {
                object(["licenceId": .text($0), "provider": .text("\(format.region.name)电子证照库")])
            },
            "source": material.isOwed ? .text("deferred") : material.licence == nil ? nil : .text("licence"),
        ]
        guard object(parts) != nil else { return nil }
        var named = parts
        named.updateValue(.text(format.materialID(material)), forKey: "id")
        named.updateValue(.text(material.name), forKey: "name")
        return object(named)
    }

    private static func place(_ collection: CaseDraft.Collection) -> LocalTree {
        let name = RegionCode(collection.division)?.name ?? collection.division
        return object([
            "collected": object(["division": .text(collection.division), "unitName": .text("\(name)政务服务中心")])
        ]) ?? .null
    }

    // MARK: parts of a step

    /// The original leaves the collecting window.
    private static func sent(_ material: LocalMaterial, _ number: String, _ now: Instant) -> LocalTree {
        object([
            "id": .text(material.id),
            "logistics": object([
                "carrier": .text("示例快递"), "sentAt": time(now), "trackingNumber": .text("YL" + number.suffix(8)),
            ]), "name": .text(material.name), "originalRequired": .bool(true),
        ]) ?? .null
    }

    /// Originals that were on their way have come.
    private static func arrived(_ told: LocalTree?, _ now: Instant) -> [LocalTree] {
        (told?["materials"]?.elements ?? []).compactMap { row in
            guard let logistics = row["logistics"], logistics["receivedAt"] == nil else { return nil }
            return object(["id": row["id"], "logistics": object(["receivedAt": time(now)]), "name": row["name"]])
        }
    }

    private static func special(from start: Instant, to end: Instant?) -> LocalTree {
        .array([
            object([
                "endedAt": end.map(time), "kind": .text("2"), "name": .text("专家评审"), "reason": .text("须听取专家意见"),
                "startedAt": time(start),
            ]) ?? .null
        ])
    }

    private static func fulfilled(_ memory: CaseMemory, _ now: Instant) -> LocalTree? {
        guard let promise = memory.promise else { return nil }
        return list(
            [
                object([
                    "dueAt": time(promise.dueAt), "fulfilledAt": time(now), "kind": .text("deferred"),
                    "madeAt": time(promise.madeAt),
                ])
            ].compactMap { $0 })
    }

    private static func branch(_ stage: CaseStage, _ region: RegionCode, _ now: Instant) -> LocalTree? {
        guard let state = stage.state, stage != .withdrawn, stage != .collected, stage != .answered else { return nil }
        return object([
            "acceptedAt": stage == .accepted ? time(now) : nil, "decidedAt": stage.outcome == nil ? nil : time(now),
            "outcome": stage.outcome.map { .text($0) }, "region": .text(region.text), "status": .text(state.rawValue),
        ])
    }

    // MARK: JSON

    /// Members that are there, sorted by name; nil when there is none.
    private static func object(_ members: [String: LocalTree?]) -> LocalTree? {
        let present = members.compactMapValues { $0 }.sorted { $0.key < $1.key }
        return present.isEmpty ? nil : .object(present.map { .init(name: $0.key, value: $0.value) })
    }

    private static func list(_ rows: [LocalTree]) -> LocalTree? { rows.isEmpty ? nil : .array(rows) }

    private static func time(_ time: Instant) -> LocalTree { .text(time.canonical) }
}
