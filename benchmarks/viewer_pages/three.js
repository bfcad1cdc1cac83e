/** A bare page with three.js: its loader, its controls and its own room for a light. */
import {
  Box3,
  NeutralToneMapping,
  PMREMGenerator,
  PerspectiveCamera,
  Scene,
  Sphere,
  Vector3,
  WebGLRenderer,
} from 'three';
import { OrbitControls } from 'three/examples/jsm/controls/OrbitControls.js';
import { RoomEnvironment } from 'three/examples/jsm/environments/RoomEnvironment.js';
import { MeshoptDecoder } from 'three/examples/jsm/libs/meshopt_decoder.module.js';
import { GLTFLoader } from 'three/examples/jsm/loaders/GLTFLoader.js';
import './recorder.js';

const place = document.querySelector('.bare');
const renderer = new WebGLRenderer({ antialias: true, alpha: true });
renderer.setPixelRatio(devicePixelRatio);
renderer.setSize(innerWidth, innerHeight);
renderer.toneMapping = NeutralToneMapping;
const scene = new Scene();
const loaded = new GLTFLoader().setMeshoptDecoder(MeshoptDecoder).loadAsync(place.dataset.src);
const prefilter = new PMREMGenerator(renderer);
scene.environment = prefilter.fromScene(new RoomEnvironment(), 0.04).texture;
const camera = new PerspectiveCamera(30, innerWidth / innerHeight, 1e-3, 10);
const controls = new OrbitControls(camera, renderer.domElement);
controls.enableDamping = true;

const { scene: piece } = await loaded;
scene.add(piece);
const { center, radius } = new Box3().setFromObject(piece).getBoundingSphere(new Sphere());
controls.target.copy(center);
camera.position.copy(center).add(new Vector3(0, 0.5, 1).setLength(radius * 4));

let drawn = 0;
recorder.drawn = () => drawn;
renderer.setAnimationLoop(() => {
  if (!controls.update() && drawn > 0) return; // nothing moved
  renderer.render(scene, camera);
  if (drawn === 0) {
    place.replaceChildren(renderer.domElement);
    recorder.note('loaded');
  }
  drawn += 1;
});
