# Learning dynamics
#
# Each point is a checkpoint; its coordinates are its mean cross-entropies on texts of reference
# models: the sum of −log p over the tokens of all responses, given their prompts, at
# temperature 1, over the sum of their bytes (nats per byte of UTF-8, lower is nearer). An end
# token's cost counts, its bytes don't. Lines join the checkpoints of a run in the order of
# their steps; circle: its first, square: its last. Bottom right: the same in space, each axis
# over the range of its panels, with the paths' shadows on the floor; arrows point to higher
# cross-entropy. base: 512 texts of 128 prompts, 8,639 bytes, 95 % interval over prompts at most
# ±0.124. teacher: 128 texts of 128 prompts, 2,992 bytes, 95 % interval over prompts at most
# ±0.148. rl: 512 texts of 128 prompts, 10,438 bytes, 95 % interval over prompts at most
# ±0.0934. runs/study/seed-1/rl: steps 0 to 221, 13 points. runs/study/seed-1/sft-kl: steps 0 to
# 199, 11 points. runs/study/seed-1/sft-own: steps 0 to 236, 13 points.
# runs/study/seed-1/sft-plus-rl: steps 0 to 174, 10 points. runs/study/seed-1/sft: steps 0 to
# 199, 11 points. runs/study/seed-1/srft-released: steps 0 to 197, 11 points.
# runs/study/seed-1/srft: steps 0 to 180, 10 points. runs/study/seed-1/opd: steps 0 to 159, 9
# points. runs/study/seed-1/rl-from-start: steps 0 to 149, 9 points. runs/study/seed-1/rl-sft:
# steps 0 to 100, 6 points.
#
# Run in this folder, gnuplot 5.4 or newer:  gnuplot learning-dynamics.gp
# It reads learning-dynamics.tsv and writes learning-dynamics.svg and learning-dynamics.pdf.

set encoding utf8
do for [format in 'svg pdf'] {
  if (format eq 'svg') {
    set terminal svg size 396,359 fixed enhanced font 'Liberation Sans,9' dashlength 2 name 'f_learning_dynamics' background '#ffffff'
    text_column = 7
  } else {
    set terminal pdfcairo size 396./72,359./72 enhanced font 'Liberation Sans,9' fontscale 0.75 linewidth 2 dashlength 3.636 background '#ffffff'
    # 8: characters that a PDF's fonts may lack are boxes; 7: as they are, as in the SVG
    text_column = 8
  }
  set output 'learning-dynamics.'.format
  set multiplot

  # panel 1
  reset
  set datafile separator "\t"
  set lmargin at screen 0.06174
  set rmargin at screen 0.47727
  set bmargin at screen 0.5195
  set tmargin at screen 0.88579
  set border 15 linewidth 0.5
  set xrange [-0.02532017112314805:7.035775696020173]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0' 0, '2' 2, '4' 4, '6' 6)
  set yrange [-0.45078996294811896:8.023082448633874]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('0' 0, '2' 2, '4' 4, '6' 6, '8' 8)
  set label 'base'."'".'s texts (nats/byte)' at screen 0.26951,0.46657 center noenhanced front
  set label 'teacher'."'".'s texts (nats/byte)' at screen 0.0202,0.70265 center rotate by 90 noenhanced front
  unset colorbox
  set arrow from screen 0.11891,0.97632 to screen 0.16436,0.97632 nohead linewidth 1 linecolor rgb '#0072b2' dashtype (5,2)
  set label 'rl' at screen 0.17446,0.97632 left font ',8' noenhanced front
  set arrow from screen 0.31703,0.97632 to screen 0.36248,0.97632 nohead linewidth 1 linecolor rgb '#d55e00' dashtype (6,1.6,1.2,1.6)
  set label 'sft-kl' at screen 0.37259,0.97632 left font ',8' noenhanced front
  set arrow from screen 0.51515,0.97632 to screen 0.56061,0.97632 nohead linewidth 1 linecolor rgb '#e69f00' dashtype solid
  set label 'sft-own' at screen 0.57071,0.97632 left font ',8' noenhanced front
  set arrow from screen 0.71327,0.97632 to screen 0.75873,0.97632 nohead linewidth 1 linecolor rgb '#56b4e9' dashtype solid
  set label 'sft-plus-rl' at screen 0.76883,0.97632 left font ',8' noenhanced front
  set arrow from screen 0.11891,0.94568 to screen 0.16436,0.94568 nohead linewidth 1 linecolor rgb '#009e73' dashtype (2.6,1.5)
  set label 'sft' at screen 0.17446,0.94568 left font ',8' noenhanced front
  set arrow from screen 0.31703,0.94568 to screen 0.36248,0.94568 nohead linewidth 1 linecolor rgb '#009e73' dashtype (6,1.6,1.2,1.6)
  set label 'srft-released' at screen 0.37259,0.94568 left font ',8' noenhanced front
  set arrow from screen 0.51515,0.94568 to screen 0.56061,0.94568 nohead linewidth 1 linecolor rgb '#cc79a7' dashtype (5,2)
  set label 'srft' at screen 0.57071,0.94568 left font ',8' noenhanced front
  set arrow from screen 0.71327,0.94568 to screen 0.75873,0.94568 nohead linewidth 1 linecolor rgb '#000000' dashtype (6,1.6,1.2,1.6)
  set label 'opd' at screen 0.76883,0.94568 left font ',8' noenhanced front
  set arrow from screen 0.11891,0.91504 to screen 0.16436,0.91504 nohead linewidth 1 linecolor rgb '#d55e00' dashtype (6,1.6,1.2,1.6)
  set label 'rl-from-start' at screen 0.17446,0.91504 left font ',8' noenhanced front
  set arrow from screen 0.31703,0.91504 to screen 0.36248,0.91504 nohead linewidth 1 linecolor rgb '#56b4e9' dashtype solid
  set label 'rl-sft' at screen 0.37259,0.91504 left font ',8' noenhanced front
  set label '' at screen 0.53788,0.91504 point pointtype 6 pointsize 0.55 linewidth 0.7 linecolor rgb '#000000'
  set label 'first' at screen 0.57071,0.91504 left font ',8' noenhanced front
  set label '' at screen 0.736,0.91504 point pointtype 4 pointsize 0.55 linewidth 0.7 linecolor rgb '#000000'
  set label 'last' at screen 0.76883,0.91504 left font ',8' noenhanced front
  plot 'learning-dynamics.tsv' index 0 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype (5,2) notitle, \
    'learning-dynamics.tsv' index 1 using 1:2 with points pointtype 5 pointsize 0.25 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'learning-dynamics.tsv' index 2 using 1:2 with lines linewidth 1 linecolor rgb '#d55e00' dashtype (6,1.6,1.2,1.6) notitle, \
    'learning-dynamics.tsv' index 3 using 1:2 with points pointtype 13 pointsize 0.25 linewidth 0.7 linecolor rgb '#d55e00' notitle, \
    'learning-dynamics.tsv' index 4 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle, \
    'learning-dynamics.tsv' index 5 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'learning-dynamics.tsv' index 6 using 1:2 with lines linewidth 1 linecolor rgb '#56b4e9' dashtype solid notitle, \
    'learning-dynamics.tsv' index 7 using 1:2 with points pointtype 9 pointsize 0.25 linewidth 0.7 linecolor rgb '#56b4e9' notitle, \
    'learning-dynamics.tsv' index 8 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype (2.6,1.5) notitle, \
    'learning-dynamics.tsv' index 9 using 1:2 with points pointtype 5 pointsize 0.25 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'learning-dynamics.tsv' index 10 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype (6,1.6,1.2,1.6) notitle, \
    'learning-dynamics.tsv' index 11 using 1:2 with points pointtype 9 pointsize 0.25 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'learning-dynamics.tsv' index 12 using 1:2 with lines linewidth 1 linecolor rgb '#cc79a7' dashtype (5,2) notitle, \
    'learning-dynamics.tsv' index 13 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'learning-dynamics.tsv' index 14 using 1:2 with lines linewidth 1 linecolor rgb '#000000' dashtype (6,1.6,1.2,1.6) notitle, \
    'learning-dynamics.tsv' index 15 using 1:2 with points pointtype 2 pointsize 0.25 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'learning-dynamics.tsv' index 16 using 1:2 with lines linewidth 1 linecolor rgb '#d55e00' dashtype (6,1.6,1.2,1.6) notitle, \
    'learning-dynamics.tsv' index 17 using 1:2 with points pointtype 13 pointsize 0.25 linewidth 0.7 linecolor rgb '#d55e00' notitle, \
    'learning-dynamics.tsv' index 18 using 1:2 with lines linewidth 1 linecolor rgb '#56b4e9' dashtype solid notitle, \
    'learning-dynamics.tsv' index 19 using 1:2 with points pointtype 9 pointsize 0.25 linewidth 0.7 linecolor rgb '#56b4e9' notitle, \
    'learning-dynamics.tsv' index 20 using 1:2 with points pointtype 6 pointsize 0.55 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'learning-dynamics.tsv' index 21 using 1:2 with points pointtype 4 pointsize 0.55 linewidth 0.7 linecolor rgb '#000000' notitle

  # panel 2
  reset
  set datafile separator "\t"
  set lmargin at screen 0.56174
  set rmargin at screen 0.97727
  set bmargin at screen 0.5195
  set tmargin at screen 0.88579
  set border 15 linewidth 0.5
  set xrange [-0.30727307098346235:6.0460998642760035]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0' 0, '1' 1, '2' 2, '3' 3, '4' 4, '5' 5, '6' 6)
  set yrange [-0.45078996294811896:8.023082448633874]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('0' 0, '2' 2, '4' 4, '6' 6, '8' 8)
  set label 'rl'."'".'s texts (nats/byte)' at screen 0.76951,0.46657 center noenhanced front
  set label 'teacher'."'".'s texts (nats/byte)' at screen 0.5202,0.70265 center rotate by 90 noenhanced front
  unset colorbox
  plot 'learning-dynamics.tsv' index 22 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype (5,2) notitle, \
    'learning-dynamics.tsv' index 23 using 1:2 with points pointtype 5 pointsize 0.25 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'learning-dynamics.tsv' index 24 using 1:2 with lines linewidth 1 linecolor rgb '#d55e00' dashtype (6,1.6,1.2,1.6) notitle, \
    'learning-dynamics.tsv' index 25 using 1:2 with points pointtype 13 pointsize 0.25 linewidth 0.7 linecolor rgb '#d55e00' notitle, \
    'learning-dynamics.tsv' index 26 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle, \
    'learning-dynamics.tsv' index 27 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'learning-dynamics.tsv' index 28 using 1:2 with lines linewidth 1 linecolor rgb '#56b4e9' dashtype solid notitle, \
    'learning-dynamics.tsv' index 29 using 1:2 with points pointtype 9 pointsize 0.25 linewidth 0.7 linecolor rgb '#56b4e9' notitle, \
    'learning-dynamics.tsv' index 30 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype (2.6,1.5) notitle, \
    'learning-dynamics.tsv' index 31 using 1:2 with points pointtype 5 pointsize 0.25 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'learning-dynamics.tsv' index 32 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype (6,1.6,1.2,1.6) notitle, \
    'learning-dynamics.tsv' index 33 using 1:2 with points pointtype 9 pointsize 0.25 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'learning-dynamics.tsv' index 34 using 1:2 with lines linewidth 1 linecolor rgb '#cc79a7' dashtype (5,2) notitle, \
    'learning-dynamics.tsv' index 35 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'learning-dynamics.tsv' index 36 using 1:2 with lines linewidth 1 linecolor rgb '#000000' dashtype (6,1.6,1.2,1.6) notitle, \
    'learning-dynamics.tsv' index 37 using 1:2 with points pointtype 2 pointsize 0.25 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'learning-dynamics.tsv' index 38 using 1:2 with lines linewidth 1 linecolor rgb '#d55e00' dashtype (6,1.6,1.2,1.6) notitle, \
    'learning-dynamics.tsv' index 39 using 1:2 with points pointtype 13 pointsize 0.25 linewidth 0.7 linecolor rgb '#d55e00' notitle, \
    'learning-dynamics.tsv' index 40 using 1:2 with lines linewidth 1 linecolor rgb '#56b4e9' dashtype solid notitle, \
    'learning-dynamics.tsv' index 41 using 1:2 with points pointtype 9 pointsize 0.25 linewidth 0.7 linecolor rgb '#56b4e9' notitle, \
    'learning-dynamics.tsv' index 42 using 1:2 with points pointtype 6 pointsize 0.55 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'learning-dynamics.tsv' index 43 using 1:2 with points pointtype 4 pointsize 0.55 linewidth 0.7 linecolor rgb '#000000' notitle

  # panel 3
  reset
  set datafile separator "\t"
  set lmargin at screen 0.06174
  set rmargin at screen 0.47727
  set bmargin at screen 0.06964
  set tmargin at screen 0.43593
  set border 15 linewidth 0.5
  set xrange [-0.02532017112314805:7.035775696020173]
  set xtics in mirror scale 0.5,0.25 font ',8' offset 0,0.35 ('0' 0, '2' 2, '4' 4, '6' 6)
  set yrange [-0.30727307098346235:6.0460998642760035]
  set ytics in mirror scale 0.5,0.25 font ',8' offset 0.4,0 ('0' 0, '1' 1, '2' 2, '3' 3, '4' 4, '5' 5, '6' 6)
  set label 'base'."'".'s texts (nats/byte)' at screen 0.26951,0.01671 center noenhanced front
  set label 'rl'."'".'s texts (nats/byte)' at screen 0.0202,0.25279 center rotate by 90 noenhanced front
  unset colorbox
  plot 'learning-dynamics.tsv' index 44 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype (5,2) notitle, \
    'learning-dynamics.tsv' index 45 using 1:2 with points pointtype 5 pointsize 0.25 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'learning-dynamics.tsv' index 46 using 1:2 with lines linewidth 1 linecolor rgb '#d55e00' dashtype (6,1.6,1.2,1.6) notitle, \
    'learning-dynamics.tsv' index 47 using 1:2 with points pointtype 13 pointsize 0.25 linewidth 0.7 linecolor rgb '#d55e00' notitle, \
    'learning-dynamics.tsv' index 48 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle, \
    'learning-dynamics.tsv' index 49 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'learning-dynamics.tsv' index 50 using 1:2 with lines linewidth 1 linecolor rgb '#56b4e9' dashtype solid notitle, \
    'learning-dynamics.tsv' index 51 using 1:2 with points pointtype 9 pointsize 0.25 linewidth 0.7 linecolor rgb '#56b4e9' notitle, \
    'learning-dynamics.tsv' index 52 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype (2.6,1.5) notitle, \
    'learning-dynamics.tsv' index 53 using 1:2 with points pointtype 5 pointsize 0.25 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'learning-dynamics.tsv' index 54 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype (6,1.6,1.2,1.6) notitle, \
    'learning-dynamics.tsv' index 55 using 1:2 with points pointtype 9 pointsize 0.25 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'learning-dynamics.tsv' index 56 using 1:2 with lines linewidth 1 linecolor rgb '#cc79a7' dashtype (5,2) notitle, \
    'learning-dynamics.tsv' index 57 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'learning-dynamics.tsv' index 58 using 1:2 with lines linewidth 1 linecolor rgb '#000000' dashtype (6,1.6,1.2,1.6) notitle, \
    'learning-dynamics.tsv' index 59 using 1:2 with points pointtype 2 pointsize 0.25 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'learning-dynamics.tsv' index 60 using 1:2 with lines linewidth 1 linecolor rgb '#d55e00' dashtype (6,1.6,1.2,1.6) notitle, \
    'learning-dynamics.tsv' index 61 using 1:2 with points pointtype 13 pointsize 0.25 linewidth 0.7 linecolor rgb '#d55e00' notitle, \
    'learning-dynamics.tsv' index 62 using 1:2 with lines linewidth 1 linecolor rgb '#56b4e9' dashtype solid notitle, \
    'learning-dynamics.tsv' index 63 using 1:2 with points pointtype 9 pointsize 0.25 linewidth 0.7 linecolor rgb '#56b4e9' notitle, \
    'learning-dynamics.tsv' index 64 using 1:2 with points pointtype 6 pointsize 0.55 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'learning-dynamics.tsv' index 65 using 1:2 with points pointtype 4 pointsize 0.55 linewidth 0.7 linecolor rgb '#000000' notitle

  # panel 4
  reset
  set datafile separator "\t"
  set lmargin at screen 0.56174
  set rmargin at screen 0.97727
  set bmargin at screen 0.06964
  set tmargin at screen 0.43593
  unset border
  set xrange [-1:1.125]
  unset xtics
  set yrange [-0.72:0.98]
  unset ytics
  unset colorbox
  plot 'learning-dynamics.tsv' index 66 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6a6a6' dashtype solid notitle, \
    'learning-dynamics.tsv' index 67 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6a6a6' dashtype solid notitle, \
    'learning-dynamics.tsv' index 68 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6a6a6' dashtype solid notitle, \
    'learning-dynamics.tsv' index 69 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6a6a6' dashtype solid notitle, \
    'learning-dynamics.tsv' index 70 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6a6a6' dashtype solid notitle, \
    'learning-dynamics.tsv' index 71 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6a6a6' dashtype solid notitle, \
    'learning-dynamics.tsv' index 72 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6a6a6' dashtype solid notitle, \
    'learning-dynamics.tsv' index 73 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6a6a6' dashtype solid notitle, \
    'learning-dynamics.tsv' index 74 using 1:2 with lines linewidth 0.4 linecolor rgb '#a6a6a6' dashtype solid notitle, \
    'learning-dynamics.tsv' index 75 using 1:2 with lines linewidth 0.6 linecolor rgb '#a6cee4' dashtype solid notitle, \
    'learning-dynamics.tsv' index 76 using 1:2 with lines linewidth 0.6 linecolor rgb '#f0c7a6' dashtype solid notitle, \
    'learning-dynamics.tsv' index 77 using 1:2 with lines linewidth 0.6 linecolor rgb '#f6dda6' dashtype solid notitle, \
    'learning-dynamics.tsv' index 78 using 1:2 with lines linewidth 0.6 linecolor rgb '#c4e5f7' dashtype solid notitle, \
    'learning-dynamics.tsv' index 79 using 1:2 with lines linewidth 0.6 linecolor rgb '#a6ddce' dashtype solid notitle, \
    'learning-dynamics.tsv' index 80 using 1:2 with lines linewidth 0.6 linecolor rgb '#a6ddce' dashtype solid notitle, \
    'learning-dynamics.tsv' index 81 using 1:2 with lines linewidth 0.6 linecolor rgb '#edd0e0' dashtype solid notitle, \
    'learning-dynamics.tsv' index 82 using 1:2 with lines linewidth 0.6 linecolor rgb '#a6a6a6' dashtype solid notitle, \
    'learning-dynamics.tsv' index 83 using 1:2 with lines linewidth 0.6 linecolor rgb '#f0c7a6' dashtype solid notitle, \
    'learning-dynamics.tsv' index 84 using 1:2 with lines linewidth 0.6 linecolor rgb '#c4e5f7' dashtype solid notitle, \
    'learning-dynamics.tsv' index 85 using 1:2 with lines linewidth 1 linecolor rgb '#0072b2' dashtype (5,2) notitle, \
    'learning-dynamics.tsv' index 86 using 1:2 with points pointtype 5 pointsize 0.25 linewidth 0.7 linecolor rgb '#0072b2' notitle, \
    'learning-dynamics.tsv' index 87 using 1:2 with lines linewidth 1 linecolor rgb '#d55e00' dashtype (6,1.6,1.2,1.6) notitle, \
    'learning-dynamics.tsv' index 88 using 1:2 with points pointtype 13 pointsize 0.25 linewidth 0.7 linecolor rgb '#d55e00' notitle, \
    'learning-dynamics.tsv' index 89 using 1:2 with lines linewidth 1 linecolor rgb '#e69f00' dashtype solid notitle, \
    'learning-dynamics.tsv' index 90 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#e69f00' notitle, \
    'learning-dynamics.tsv' index 91 using 1:2 with lines linewidth 1 linecolor rgb '#56b4e9' dashtype solid notitle, \
    'learning-dynamics.tsv' index 92 using 1:2 with points pointtype 9 pointsize 0.25 linewidth 0.7 linecolor rgb '#56b4e9' notitle, \
    'learning-dynamics.tsv' index 93 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype (2.6,1.5) notitle, \
    'learning-dynamics.tsv' index 94 using 1:2 with points pointtype 5 pointsize 0.25 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'learning-dynamics.tsv' index 95 using 1:2 with lines linewidth 1 linecolor rgb '#009e73' dashtype (6,1.6,1.2,1.6) notitle, \
    'learning-dynamics.tsv' index 96 using 1:2 with points pointtype 9 pointsize 0.25 linewidth 0.7 linecolor rgb '#009e73' notitle, \
    'learning-dynamics.tsv' index 97 using 1:2 with lines linewidth 1 linecolor rgb '#cc79a7' dashtype (5,2) notitle, \
    'learning-dynamics.tsv' index 98 using 1:2 with points pointtype 7 pointsize 0.25 linewidth 0.7 linecolor rgb '#cc79a7' notitle, \
    'learning-dynamics.tsv' index 99 using 1:2 with lines linewidth 1 linecolor rgb '#000000' dashtype (6,1.6,1.2,1.6) notitle, \
    'learning-dynamics.tsv' index 100 using 1:2 with points pointtype 2 pointsize 0.25 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'learning-dynamics.tsv' index 101 using 1:2 with lines linewidth 1 linecolor rgb '#d55e00' dashtype (6,1.6,1.2,1.6) notitle, \
    'learning-dynamics.tsv' index 102 using 1:2 with points pointtype 13 pointsize 0.25 linewidth 0.7 linecolor rgb '#d55e00' notitle, \
    'learning-dynamics.tsv' index 103 using 1:2 with lines linewidth 1 linecolor rgb '#56b4e9' dashtype solid notitle, \
    'learning-dynamics.tsv' index 104 using 1:2 with points pointtype 9 pointsize 0.25 linewidth 0.7 linecolor rgb '#56b4e9' notitle, \
    'learning-dynamics.tsv' index 105 using 1:2 with points pointtype 6 pointsize 0.55 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'learning-dynamics.tsv' index 106 using 1:2 with points pointtype 4 pointsize 0.55 linewidth 0.7 linecolor rgb '#000000' notitle, \
    'learning-dynamics.tsv' index 107 using 1:2:text_column-4 with labels center noenhanced font 'Liberation Sans,8' textcolor rgb '#000000' notitle

  unset multiplot
  set output
}
