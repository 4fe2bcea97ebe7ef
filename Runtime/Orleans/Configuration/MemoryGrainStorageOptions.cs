namespace Orleans.Configuration;

/// <summary>Options of a store in memory.</summary>
public class MemoryGrainStorageOptions;
