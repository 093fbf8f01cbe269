import KuayuFormats
import KuayuModel

/// Zhejiang: JSON text inside JSON, camelCase, epoch milliseconds, numbers for states.
struct ZhejiangFormat: LocalFormat {
    let region = RegionCode.zhejiang
    let contentType = "application/json; charset=utf-8"

    func draft(_ draft: CaseDraft, number: String) -> LocalTree {
        var tree = LocalTree.object([])
        tree["projectId"] = .text(number)
        tree["localInnerCode"] = .text("00000000-0000-4000-8000-" + padded(draft.serial, 12))
        tree["matCode"] = .text(draft.catalogCode)
        tree["matName"] = .text(draft.itemName)
        tree["adCode"] = .text(draft.lead)
        tree["applyFrom"] = .number(draft.collection == nil ? "1" : "3")
        tree["applyerInfo"] = applicant(draft)
        // Numbers come as texts now and then.
        let applied = milliseconds(draft.appliedAt)
        tree["gmtApply"] = draft.serial % 4 == 0 ? .text(applied) : .number(applied)
        tree["gmtAccept"] = .number("0")
        tree["gmtFinish"] = .null
        tree["bizStatus"] = .number(draft.collection?.isDone == true ? "30" : "20")
        tree["resultCode"] = .null
        tree["materialInfos"] = .array(draft.materials.map(material))
        if let promise = draft.promise {
            tree["lackInfo"] = .object([
                .init(name: "deadline", value: .number(milliseconds(promise.dueAt))),
                .init(name: "items", value: .array(draft.owed.map { .text($0.code) })),
            ])
        }
        if let bundle = draft.bundle { tree["linkInfo"] = link(bundle) }
        tree["dataLevel"] = .text("L4")
        tree["dataVersion"] = .number("1")
        tree["csjMode"] = .text(draft.mode)
        tree["csjHandling"] = .array(draft.handling.map { .text($0) })
        return tree
    }

    private func applicant(_ draft: CaseDraft) -> LocalTree {
        var members: [LocalTree.Member] = [
            .init(name: "name", value: .text(draft.name)),
            .init(name: "kind", value: .number(draft.isPerson ? "1" : "2")),
            .init(name: "cardType", value: .text(draft.isPerson ? "111" : "USCC")),
            // The last letter of a citizen number is written small here.
            .init(name: "cardNo", value: .text(draft.isPerson ? draft.idNumber.lowercased() : draft.idNumber)),
            .init(name: "mobile", value: .text(draft.mobile)), .init(name: "address", value: .text(draft.address)),
        ]
        if !draft.isPerson { members.append(.init(name: "legalMan", value: .text("暂无"))) }
        return .object(members)
    }

    private func material(_ material: CaseDraft.Material) -> LocalTree {
        var members: [LocalTree.Member] = [
            .init(name: "materialCode", value: .text(material.code)),
            .init(name: "materialName", value: .text(material.name)),
            .init(name: "sourceType", value: .number(material.isOwed ? "50" : material.code == "M01" ? "20" : "10")),
        ]
        if !material.isOwed {
            members.append(.init(name: "trust", value: .text(material.code == "M01" ? "A" : "C")))
        }
        if let licence = material.licence { members.append(.init(name: "licenseId", value: .text(licence))) }
        return .object(members)
    }

    private func link(_ bundle: CaseDraft.BundlePart) -> LocalTree {
        var members: [LocalTree.Member] = [.init(name: "themeId", value: .text(bundle.number))]
        if !bundle.theme.isEmpty { members.append(.init(name: "themeName", value: .text(bundle.theme))) }
        if let main = bundle.childOf { members.append(.init(name: "mainProjectId", value: .text(main))) }
        return .object(members)
    }

    private func milliseconds(_ time: Instant) -> String { String(time.epochSeconds * 1000) }

    func ownNumber(_ document: LocalTree) -> String? { nonEmpty(document["projectId"]) }
    func setOwnNumber(_ number: String, in document: inout LocalTree) { document["projectId"] = .text(number) }
    func federationID(_ document: LocalTree) -> String? { nonEmpty(document["csjNo"]) }
    func setFederationID(_ id: String, in document: inout LocalTree) { document["csjNo"] = .text(id) }

    func handling(_ document: LocalTree) -> [String] {
        let list = (document["csjHandling"]?.elements ?? []).compactMap(\.text)
        return list.isEmpty ? document["adCode"]?.text.map { [$0] } ?? [] : list
    }

    func itemCode(_ document: LocalTree) -> String? { nonEmpty(document["matCode"]) }
    func applicantNumber(_ document: LocalTree) -> String? { document.at("applyerInfo/cardNo")?.text?.uppercased() }
    func bundleNumber(_ document: LocalTree) -> String? { nonEmpty(document.at("linkInfo/themeId")) }
    func isSupplementing(_ document: LocalTree) -> Bool { document["bizStatus"]?.text == "45" }

    func advance(_ document: inout LocalTree, to stage: CaseStage, _ context: StageContext) {
        // Versions jump here.
        document["dataVersion"] = .number(String(context.version * 3))
        guard stage != .fulfilled, stage != .answered || isSupplementing(document) else { return }
        document["bizStatus"] = .number(Self.code(stage))
        if let accepted = context.acceptedAt { document["gmtAccept"] = .number(milliseconds(accepted)) }
        switch stage {
        case .accepted: document["gmtAccept"] = .number(milliseconds(context.time))
        case .decided, .issued, .delivered, .granted, .closed, .denied:
            document["resultCode"] = .number(stage.isGranted ? "1" : "0")
            document["gmtFinish"] = .number(milliseconds(context.time))
        case .voided: document["resultCode"] = .number("0")
        default: if document["resultCode"]?.text != nil { document["resultCode"] = .null }
        }
    }

    private static func code(_ stage: CaseStage) -> String {
        switch stage {
        case .collected: "30"
        case .accepted: "40"
        case .supplementing: "45"
        case .answered, .reviewing, .fulfilled: "50"
        case .special: "55"
        case .decided, .issued, .delivered, .granted, .closed, .denied: "60"
        case .notAccepted: "70"
        case .returned: "80"
        case .withdrawn, .voided: "90"
        }
    }

    // MARK: materials and the extension block

    func materials(_ document: LocalTree) -> [LocalMaterial] {
        (document["materialInfos"]?.elements ?? []).map {
            LocalMaterial(
                id: $0["materialCode"]?.text ?? "", name: $0["materialName"]?.text ?? "",
                isOwed: $0["sourceType"]?.text == "50")
        }
    }

    func addMaterial(_ material: CaseDraft.Material, to document: inout LocalTree) {
        document["materialInfos"] = .array((document["materialInfos"]?.elements ?? []) + [self.material(material)])
    }

    func settleOwed(in document: inout LocalTree) {
        let settled = (document["materialInfos"]?.elements ?? []).map { material in
            var material = material
            if material["sourceType"]?.text == "50" { material["sourceType"] = .number("10") }
            return material
        }
        document["materialInfos"] = .array(settled)
        document["lackInfo"] = nil
    }

    func extensionBlock(_ document: LocalTree) -> LocalTree? {
        if case .object? = document["csjExt"] { document["csjExt"] } else { nil }
    }

    func setExtension(_ block: LocalTree?, in document: inout LocalTree) { document["csjExt"] = block }

    // MARK: payloads

    func payload(_ documents: [LocalTree], key: String, now: Instant) -> [UInt8] {
        let inner = LocalTree.object([
            .init(
                name: "data",
                value: .object([
                    .init(name: "items", value: .number(String(documents.count))),
                    .init(name: "data", value: .array(documents)),
                ]))
        ])
        return LocalTree.object([
            .init(name: "success", value: .bool(true)), .init(name: "errorCode", value: .text("")),
            .init(name: "requestId", value: .text(key)),
            .init(name: "data", value: .text(String(decoding: inner.json, as: UTF8.self))),
        ]).json
    }

    func parse(_ payload: [UInt8]) throws -> [LocalTree] {
        guard let inner = LocalTree(try JSONReader.read(payload))["data"]?.text else {
            throw UnreadablePayload(reason: "no data")
        }
        guard let list = LocalTree(try JSONReader.read(Array(inner.utf8))).at("data/data") else {
            throw UnreadablePayload(reason: "no data in data")
        }
        return list.elements
    }

    func reply(_ outcome: ReplyOutcome, cases: [String]) -> [UInt8] {
        let (success, code, message): (Bool, String, String) =
            switch outcome {
            case .taken: (true, "", "")
            case .duplicate: (false, "DUPLICATE", "")
            case .busy: (false, "BUSY", "")
            case .refused(let reason): (false, "INVALID", reason)
            }
        var members: [LocalTree.Member] = [
            .init(name: "success", value: .bool(success)), .init(name: "errorCode", value: .text(code)),
            .init(name: "requestId", value: .text("")), .init(name: "data", value: .text(message)),
        ]
        if cases.count > 1 {
            members.append(.init(name: "results", value: .array(cases.map { result($0, success, code) })))
        }
        return LocalTree.object(members).json
    }

    private func result(_ id: String, _ success: Bool, _ code: String) -> LocalTree {
        .object([
            .init(name: "csjNo", value: .text(id)), .init(name: "success", value: .bool(success)),
            .init(name: "errorCode", value: .text(code)),
        ])
    }

    private func nonEmpty(_ tree: LocalTree?) -> String? { tree?.text.flatMap { $0.isEmpty ? nil : $0 } }
}
