// In real time and by public API: they pass on either runtime, but for those that say so (BundledFact).
[assembly: AssemblyTrait("Category", "Portable")]
