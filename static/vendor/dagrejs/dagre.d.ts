export * from '@dagrejs/dagre'
