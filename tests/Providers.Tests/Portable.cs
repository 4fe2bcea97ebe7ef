// In real time and by public API; on Microsoft Orleans alone, since the providers are its own.
[assembly: AssemblyTrait("Category", "Portable")]
